// SPDX-License-Identifier: BSD-3-Clause
#include "support/run.hpp"

#include "support/limits.hpp"

#include <xgrad/core/xtensor.hpp>
#include <xgrad/kernels/simd.hpp>

#include <string>

#if defined(XGRAD_BENCHMARK_OPENBLAS)
extern "C" void openblas_set_num_threads(int count);
extern "C" char* openblas_get_config();
#endif
#if defined(XGRAD_BENCHMARK_ONEDNN)
#include <dnnl_version.h>
extern "C" void omp_set_num_threads(int count);
#endif
#if defined(XGRAD_BENCHMARK_LIBXSMM)
#include <libxsmm_version.h>
#endif
#if defined(XGRAD_BENCHMARK_EIGEN)
#include <Eigen/src/Core/util/Macros.h>
#endif

namespace benchmarks
{

namespace
{

std::string version(int major, int minor, int patch)
{
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

std::string compiler()
{
#if defined(__clang__)
    return "clang " + version(__clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    return "g++ " + version(__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

void note_versions()
{
    using benchmark::AddCustomContext;
    AddCustomContext("compiler", compiler());
    AddCustomContext("floats in a vector", std::to_string(xgrad::simd::width<float>));
    AddCustomContext("version xtensor",
                     version(XTENSOR_VERSION_MAJOR, XTENSOR_VERSION_MINOR, XTENSOR_VERSION_PATCH));
#if defined(XGRAD_HAS_SIMD)
    AddCustomContext("version xsimd",
                     version(XSIMD_VERSION_MAJOR, XSIMD_VERSION_MINOR, XSIMD_VERSION_PATCH));
#endif
#if defined(XGRAD_BENCHMARK_OPENBLAS)
    AddCustomContext("version OpenBLAS", openblas_get_config());
#endif
#if defined(XGRAD_BENCHMARK_ONEDNN)
    AddCustomContext("version oneDNN",
                     version(DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR, DNNL_VERSION_PATCH));
#endif
#if defined(XGRAD_BENCHMARK_LIBXSMM)
    AddCustomContext("version libxsmm", LIBXSMM_CONFIG_VERSION);
#endif
#if defined(XGRAD_BENCHMARK_EIGEN)
    AddCustomContext("version Eigen",
                     version(EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION));
#endif
}

} // namespace

void set_rival_threads([[maybe_unused]] int count)
{
#if defined(XGRAD_BENCHMARK_OPENBLAS)
    openblas_set_num_threads(count);
#endif
#if defined(XGRAD_BENCHMARK_ONEDNN)
    omp_set_num_threads(count);
#endif
}

int run(int argc, char** argv)
{
    set_rival_threads(1);
    note_versions();
    add_limits();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

} // namespace benchmarks

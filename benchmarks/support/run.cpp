// SPDX-License-Identifier: BSD-3-Clause
#include "support/run.hpp"

#include "support/limits.hpp"

#include <xgrad/build_info.hpp>
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

[[maybe_unused]] std::string version(int major, int minor, int patch)
{
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

void note_versions()
{
    using benchmark::AddCustomContext;
    const xgrad::build_description build = xgrad::build_info();
    AddCustomContext("compiler", build.compiler);
    AddCustomContext("floats in a vector", std::to_string(xgrad::simd::width<float>));
    AddCustomContext("version xgrad", build.xgrad);
    AddCustomContext("version xtensor", build.xtensor);
    AddCustomContext("version xsimd", build.xsimd);
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

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(XGRAD_BENCHMARK_OPENBLAS)
#include <cblas.h>
#endif
#if defined(XGRAD_BENCHMARK_ONEDNN)
#include <dnnl.h>
#endif
#if defined(XGRAD_BENCHMARK_LIBXSMM)
#include <libxsmm.h>
#endif
#if defined(XGRAD_BENCHMARK_EIGEN)
#include <Eigen/Core>
#endif

// c = op(a) op(b) by other libraries, row-major and dense, on the threads that they are set to.
namespace baseline
{

/// A product: op(a) is m x k, op(b) is k x n, c is m x n.
template <class T, bool TransposeA, bool TransposeB>
struct product
{
    std::size_t m;
    std::size_t n;
    std::size_t k;
    const T* a;
    const T* b;
    T* c;

    [[nodiscard]] std::size_t lda() const { return TransposeA ? m : k; }
    [[nodiscard]] std::size_t ldb() const { return TransposeB ? k : n; }
};

/// A library's name and its way to compute a product.
template <class Product>
using product_rival = std::pair<std::string, std::function<void(const Product&)>>;

#if defined(XGRAD_BENCHMARK_OPENBLAS)
template <class T, bool TransposeA, bool TransposeB>
void multiply_by_openblas(const product<T, TransposeA, TransposeB>& p)
{
    const auto as_int = [](std::size_t n) { return static_cast<int>(n); };
    const auto gemm = [&]
    {
        if constexpr (std::is_same_v<T, float>)
            return cblas_sgemm;
        else
            return cblas_dgemm;
    }();
    gemm(CblasRowMajor, TransposeA ? CblasTrans : CblasNoTrans,
         TransposeB ? CblasTrans : CblasNoTrans, as_int(p.m), as_int(p.n), as_int(p.k), T(1), p.a,
         as_int(p.lda()), p.b, as_int(p.ldb()), T(0), p.c, as_int(p.n));
}
#endif

#if defined(XGRAD_BENCHMARK_ONEDNN)
template <bool TransposeA, bool TransposeB>
void multiply_by_onednn(const product<float, TransposeA, TransposeB>& p)
{
    const auto as_dim = [](std::size_t n) { return static_cast<dnnl_dim_t>(n); };
    dnnl_sgemm(TransposeA ? 'T' : 'N', TransposeB ? 'T' : 'N', as_dim(p.m), as_dim(p.n),
               as_dim(p.k), 1.0F, p.a, as_dim(p.lda()), p.b, as_dim(p.ldb()), 0.0F, p.c,
               as_dim(p.n));
}
#endif

#if defined(XGRAD_BENCHMARK_LIBXSMM)
/// libxsmm is column-major: c^T = op(b)^T op(a)^T. Its kernels are made for sizes and layouts, and
/// know no transposed second operand; then, and for large products, its general entry is called.
template <class T, bool TransposeA, bool TransposeB>
void multiply_by_libxsmm(const product<T, TransposeA, TransposeB>& p)
{
    const auto as_int = [](std::size_t n) { return static_cast<libxsmm_blasint>(n); };
    const libxsmm_blasint m = as_int(p.m), n = as_int(p.n), k = as_int(p.k);
    const libxsmm_blasint lda = as_int(p.lda()), ldb = as_int(p.ldb());
    const T one = 1, zero = 0;
    const char a = TransposeA ? 'T' : 'N', b = TransposeB ? 'T' : 'N';
    const int flags = TransposeB ? LIBXSMM_GEMM_FLAG_TRANS_A : LIBXSMM_GEMM_FLAG_NONE;
    const bool is_small = !TransposeA && p.m * p.n * p.k <= 256 * 256 * 256;
    if constexpr (std::is_same_v<T, float>)
    {
        const auto kernel =
            is_small ? libxsmm_smmdispatch(n, m, k, &ldb, &lda, &n, &one, &zero, &flags, nullptr)
                     : nullptr;
        if (kernel != nullptr)
            kernel(p.b, p.a, p.c);
        else
            libxsmm_sgemm(&b, &a, &n, &m, &k, &one, p.b, &ldb, p.a, &lda, &zero, p.c, &n);
    }
    else
    {
        const auto kernel =
            is_small ? libxsmm_dmmdispatch(n, m, k, &ldb, &lda, &n, &one, &zero, &flags, nullptr)
                     : nullptr;
        if (kernel != nullptr)
            kernel(p.b, p.a, p.c);
        else
            libxsmm_dgemm(&b, &a, &n, &m, &k, &one, p.b, &ldb, p.a, &lda, &zero, p.c, &n);
    }
}
#endif

#if defined(XGRAD_BENCHMARK_EIGEN)
template <class T, bool TransposeA, bool TransposeB>
void multiply_by_eigen(const product<T, TransposeA, TransposeB>& p)
{
    using matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const auto view = [](auto* data, std::size_t rows, std::size_t columns)
    {
        using constant = std::conditional_t<std::is_const_v<std::remove_pointer_t<decltype(data)>>,
                                            const matrix, matrix>;
        return Eigen::Map<constant>(data, static_cast<Eigen::Index>(rows),
                                    static_cast<Eigen::Index>(columns));
    };
    const auto a = view(p.a, TransposeA ? p.k : p.m, p.lda());
    const auto b = view(p.b, TransposeB ? p.n : p.k, p.ldb());
    auto c = view(p.c, p.m, p.n);
    if constexpr (TransposeA && TransposeB)
        c.noalias() = a.transpose() * b.transpose();
    else if constexpr (TransposeA)
        c.noalias() = a.transpose() * b;
    else if constexpr (TransposeB)
        c.noalias() = a * b.transpose();
    else
        c.noalias() = a * b;
}
#endif

/// The libraries that the machine has.
template <class T, bool TransposeA, bool TransposeB>
std::vector<product_rival<product<T, TransposeA, TransposeB>>> product_rivals()
{
    std::vector<product_rival<product<T, TransposeA, TransposeB>>> rivals;
#if defined(XGRAD_BENCHMARK_LIBXSMM)
    rivals.emplace_back("libxsmm", multiply_by_libxsmm<T, TransposeA, TransposeB>);
#endif
#if defined(XGRAD_BENCHMARK_ONEDNN)
    if constexpr (std::is_same_v<T, float>)
        rivals.emplace_back("oneDNN", multiply_by_onednn<TransposeA, TransposeB>);
#endif
#if defined(XGRAD_BENCHMARK_OPENBLAS)
    rivals.emplace_back("OpenBLAS", multiply_by_openblas<T, TransposeA, TransposeB>);
#endif
#if defined(XGRAD_BENCHMARK_EIGEN)
    rivals.emplace_back("Eigen", multiply_by_eigen<T, TransposeA, TransposeB>);
#endif
    return rivals;
}

} // namespace baseline

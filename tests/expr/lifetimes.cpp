// SPDX-License-Identifier: BSD-3-Clause

// Nothing that an expression needs goes away before it does. These tests say most under the
// address sanitizer.

#include "expr/differences.hpp"
#include "expr/operations.hpp"

#include <xgrad/expr/plan.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace xgrad;
using namespace tiny;

namespace
{

using vector_parameter = parameter<double, shape<5>, named<"v">>;

/// Everything it was built from is gone when it returns.
auto make_orphan()
{
    vector_parameter a{1, 2, 3, 4, 5};
    const parameter<double, shape<>, named<"s">> s(2.0);
    const auto local = a * s;
    return sum(local * local + 3.0 * local);
}

constexpr double orphan_value = 4 * 55 + 3 * 2 * 15;

/// An expression as a member, beside the parameters it refers to.
class model
{
public:
    explicit model(double scale) : m_scale(scale) {}

    double evaluate() { return m_plan.value_and_gradient(); }
    double grad_scale() const { return m_scale.gradient(); }

private:
    vector_parameter m_weight{1, 1, 1, 1, 2};
    parameter<double, shape<>, named<"scale">> m_scale;
    decltype(sum(std::declval<vector_parameter&>() *
                 std::declval<parameter<double, shape<>, named<"scale">>&>())) m_loss =
        sum(m_weight * m_scale);
    plan<decltype(m_loss)> m_plan{m_loss};
};

} // namespace

TEST_CASE("expression: is the size of a pointer")
{
    parameter<double> a(1.0);
    CHECK(sizeof(exp(a * a + a)) == sizeof(void*));
}

TEST_CASE("expression: outlives the names it was built from")
{
    plan p(make_orphan());
    CHECK(p.value_and_gradient() == doctest::Approx(orphan_value));
    CHECK(p.parameters().count() == 2);
}

TEST_CASE("expression: copies, moved and moved-from expressions stay valid")
{
    auto first = make_orphan();
    const auto copy = first;
    const auto moved = std::move(first);
    CHECK(plan(copy).forward() == doctest::Approx(orphan_value));
    CHECK(plan(moved).forward() == doctest::Approx(orphan_value));
    CHECK(plan(first).forward() == doctest::Approx(orphan_value)); // NOLINT: that is the point

    auto assigned = make_orphan();
    assigned = copy;
    auto& same = assigned;
    assigned = same;
    CHECK(plan(assigned).forward() == doctest::Approx(orphan_value));
    std::vector<decltype(make_orphan())> several(3, copy);
    several.push_back(make_orphan());
    several.erase(several.begin());
    for (const auto& e : several)
        CHECK(plan(e).forward() == doctest::Approx(orphan_value));
}

TEST_CASE("expression: temporary parameters live in it")
{
    const auto e = sum(vector_parameter{1, 2, 3, 4, 5} * exp(parameter<double>(0.0)));
    plan p(e);
    CHECK(p.value_and_gradient() == 15);
}

TEST_CASE("parameter: in a vector that grows and is cleared before the evaluation")
{
    std::vector<parameter<double, shape<3>>> list;
    list.reserve(1);
    list.emplace_back();
    list.back().value().fill(2);
    auto product_of_all = list.back() * list.back();
    for (int i = 0; i < 10; ++i) // the vector moves its elements several times
        list.emplace_back();
    list.front().value()(2) = 3;
    plan before(sum(product_of_all));
    CHECK(before.value_and_gradient() == 17);
    CHECK(list.front().gradient()(2) == 6);
    list.clear();
    list.shrink_to_fit();
    plan after(sum(product_of_all));
    CHECK(after.value_and_gradient() == 17);
    CHECK(before.value_and_gradient() == 17);
}

TEST_CASE("parameter: can be moved, and a moved-from one refers to the same values")
{
    parameter<double, shape<2>, named<"m">> a{1, 2};
    auto b = std::move(a);
    CHECK(b.value()(1) == 2);
    b.value()(1) = 7;
    CHECK(a.value()(1) == 7); // NOLINT: that is the point
    parameter<double, shape<2>, named<"m">> c;
    c = std::move(b);
    CHECK(c.value()(1) == 7);
    static_assert(!std::is_copy_constructible_v<decltype(a)>);
    static_assert(!std::is_copy_assignable_v<decltype(a)>);
}

TEST_CASE("plan: a member of a class with its parameters")
{
    std::optional<model> first(std::in_place, 3.0);
    CHECK(first->evaluate() == 18);
    CHECK(first->grad_scale() == 6);
    model second = std::move(*first);
    first.reset();
    CHECK(second.evaluate() == 18);
    CHECK(second.grad_scale() == 6);
}

TEST_CASE("plan: copies and moved plans evaluate by themselves")
{
    auto original = std::make_unique<plan<decltype(make_orphan())>>(make_orphan());
    CHECK(original->value_and_gradient() == doctest::Approx(orphan_value));
    auto copy = *original;
    auto moved = std::move(*original);
    original.reset();
    CHECK(copy.value_and_gradient() == doctest::Approx(orphan_value));
    CHECK(moved.value_and_gradient() == doctest::Approx(orphan_value));
    copy = moved;
    moved = std::move(copy);
    CHECK(moved.forward() == doctest::Approx(orphan_value));
    moved.backward();
    CHECK(tiny::gradients_of(moved).size() == 6);
}

TEST_CASE("plan: outlives expression and parameters, and its parameters outlive the plan")
{
    parameter_set<double> kept;
    {
        plan p(make_orphan());
        p.value_and_gradient();
        kept = p.parameters();
    }
    REQUIRE(kept.size() == 6);
    double total = 0;
    kept.for_each(
        [&](auto, auto values, auto gradients, auto)
        {
            for (std::size_t i = 0; i < values.size(); ++i)
                total += values[i] + 0 * gradients[i];
        });
    CHECK(total == 17);
}

TEST_CASE("plan: the view of a value holds its elements")
{
    parameter<double, shape<3>> a{1, 2, 3};
    plan p(a * a);
    const auto first = p.forward();
    const auto second = p.value();
    a.value()(0) = 5;
    CHECK(first(1) == 4);
    CHECK(second(2) == 9);
    p.forward();
    CHECK(p.value()(0) == 25);
}

TEST_CASE("input: is kept by the expressions that mention it")
{
    const auto make = []
    {
        input<double, shape<dynamic>> x;
        x.assign(xt::xtensor<double, 1>{1, 2, 3});
        return sum(x * x);
    };
    CHECK(evaluation(make()).forward() == 14);
}

TEST_CASE("parameter: views and references taken before a plan stay those of the parameter")
{
    parameter<double, shape<3>> a{1, 2, 3};
    parameter<double> s(2.0);
    auto view = a.value();
    double& reference = s.value();
    plan p(sum(a * s));
    CHECK(p.value_and_gradient() == 12);
    view(1) = 5;
    reference = 3;
    CHECK(p.value_and_gradient() == 27);
    CHECK(a.value()(1) == 5);
}

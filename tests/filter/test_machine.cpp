#include <array>

#include <pcapframe/filter/run/program.hpp>

#include "packets.hpp"

using namespace pcapframe::filter;
namespace op = pcapframe::filter::bpf;

namespace {

/// What a program of these instructions returns for a packet of ten bytes, 0 to 9, that had 100 on the wire.
std::uint32_t returned(std::vector<instruction> code, const packet_context* context = nullptr) {
    const std::array<std::uint8_t, 10> packet{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    const auto made = program::from_instructions(code, 1);
    REQUIRE(made.has_value());
    return made->run(packet, 100, context);
}

std::uint32_t after_alu(std::uint16_t operation, std::uint32_t a, std::uint32_t b) {
    const auto code = static_cast<std::uint16_t>(op::alu | operation);
    const std::uint32_t by_x = returned({{op::ldx | op::imm, 0, 0, b},
                                         {op::ld | op::imm, 0, 0, a},
                                         {static_cast<std::uint16_t>(code | op::x), 0, 0, 0},
                                         {op::ret | op::a, 0, 0, 0}});
    const bool constant_allowed = !((operation == op::div || operation == op::mod) && b == 0) &&
                                  !((operation == op::lsh || operation == op::rsh) && b > 31);
    if (constant_allowed)
        CHECK(returned({{op::ld | op::imm, 0, 0, a}, {code, 0, 0, b}, {op::ret | op::a, 0, 0, 0}}) == by_x);
    return by_x;
}

}  // namespace

TEST_CASE("loads take big-endian bytes and reject a packet that ends before them") {
    CHECK(returned({{op::ld | op::w | op::abs, 0, 0, 6}, {op::ret | op::a, 0, 0, 0}}) == 0x06070809);
    CHECK(returned({{op::ld | op::w | op::abs, 0, 0, 7}, {op::ret | op::k, 0, 0, 1}}) == 0);
    CHECK(returned({{op::ld | op::h | op::abs, 0, 0, 8}, {op::ret | op::a, 0, 0, 0}}) == 0x0809);
    CHECK(returned({{op::ld | op::h | op::abs, 0, 0, 9}, {op::ret | op::k, 0, 0, 1}}) == 0);
    CHECK(returned({{op::ld | op::b | op::abs, 0, 0, 9}, {op::ret | op::a, 0, 0, 0}}) == 9);
    CHECK(returned({{op::ld | op::b | op::abs, 0, 0, 10}, {op::ret | op::k, 0, 0, 1}}) == 0);
    for (const std::uint32_t x : {2U, 0xffffffffU}) {
        const std::uint32_t expected = x == 2 ? 0x0708 : 0;  // places do not wrap
        CHECK(
            returned({{op::ldx | op::imm, 0, 0, x}, {op::ld | op::h | op::ind, 0, 0, 5}, {op::ret | op::a, 0, 0, 0}}) ==
            expected);
    }
    CHECK(returned({{op::ldx | op::b | op::msh, 0, 0, 5}, {op::misc | op::txa, 0, 0, 0}, {op::ret | op::a, 0, 0, 0}}) ==
          20);
    CHECK(returned({{op::ldx | op::b | op::msh, 0, 0, 10}, {op::ret | op::k, 0, 0, 1}}) == 0);
    CHECK(returned({{op::ld | op::len, 0, 0, 0}, {op::ret | op::a, 0, 0, 0}}) == 100);
}

TEST_CASE("arithmetic is of 32 bits, and a division by zero rejects") {
    CHECK(after_alu(op::add, 0xffffffff, 2) == 1);
    CHECK(after_alu(op::sub, 1, 2) == 0xffffffff);
    CHECK(after_alu(op::mul, 0x10000, 0x10001) == 0x10000);
    CHECK(after_alu(op::div, 7, 2) == 3);
    CHECK(after_alu(op::div, 7, 0) == 0);
    CHECK(after_alu(op::mod, 7, 4) == 3);
    CHECK(after_alu(op::mod, 7, 0) == 0);
    CHECK(after_alu(op::and_, 12, 10) == 8);
    CHECK(after_alu(op::or_, 12, 10) == 14);
    CHECK(after_alu(op::xor_, 12, 10) == 6);
    CHECK(after_alu(op::lsh, 3, 4) == 48);
    CHECK(after_alu(op::lsh, 3, 32) == 0);
    CHECK(after_alu(op::rsh, 48, 4) == 3);
    CHECK(after_alu(op::rsh, 48, 40) == 0);
    CHECK(returned({{op::ld | op::imm, 0, 0, 5}, {op::alu | op::neg, 0, 0, 0}, {op::ret | op::a, 0, 0, 0}}) ==
          0xfffffffb);
}

TEST_CASE("jumps compare without sign") {
    const auto jumps = [](std::uint16_t how, std::uint32_t a, std::uint32_t b) {
        const auto code = static_cast<std::uint16_t>(op::jmp | how);
        const std::uint32_t by_k = returned(
            {{op::ld | op::imm, 0, 0, a}, {code, 0, 1, b}, {op::ret | op::k, 0, 0, 1}, {op::ret | op::k, 0, 0, 2}});
        const std::uint32_t by_x = returned({{op::ldx | op::imm, 0, 0, b},
                                             {op::ld | op::imm, 0, 0, a},
                                             {static_cast<std::uint16_t>(code | op::x), 0, 1, 0},
                                             {op::ret | op::k, 0, 0, 1},
                                             {op::ret | op::k, 0, 0, 2}});
        CHECK(by_k == by_x);
        return by_k == 1;
    };
    CHECK(jumps(op::jeq, 5, 5));
    CHECK_FALSE(jumps(op::jeq, 5, 6));
    CHECK(jumps(op::jgt, 0xffffffff, 1));
    CHECK_FALSE(jumps(op::jgt, 5, 5));
    CHECK(jumps(op::jge, 5, 5));
    CHECK(jumps(op::jset, 6, 4));
    CHECK_FALSE(jumps(op::jset, 6, 9));
}

TEST_CASE("memory and moves between registers") {
    CHECK(returned({{op::ld | op::imm, 0, 0, 7},
                    {op::st, 0, 0, 15},
                    {op::ldx | op::mem, 0, 0, 15},
                    {op::stx, 0, 0, 3},
                    {op::ld | op::imm, 0, 0, 0},
                    {op::ld | op::mem, 0, 0, 3},
                    {op::misc | op::tax, 0, 0, 0},
                    {op::ld | op::imm, 0, 0, 1},
                    {op::misc | op::txa, 0, 0, 0},
                    {op::ret | op::a, 0, 0, 0}}) == 7);
}

TEST_CASE("ancillary loads ask the context, and reject where there is none") {
    packet_context context;
    context.packet_type = 4;
    context.interface = 3;
    context.vlan_tag = 0x2007;
    context.vlan_present = true;
    const auto asked = [&](std::uint32_t what, const packet_context* with) {
        return returned({{op::ld | op::w | op::abs, 0, 0, op::ancillary + what}, {op::ret | op::a, 0, 0, 0}}, with);
    };
    CHECK(asked(op::ad_pkttype, &context) == 4);
    CHECK(asked(op::ad_ifindex, &context) == 3);
    CHECK(asked(op::ad_vlan_tag, &context) == 0x2007);
    CHECK(asked(op::ad_vlan_tag_present, &context) == 1);
    CHECK(asked(op::ad_cpu, &context) == 0);
    CHECK(asked(op::ad_pkttype, nullptr) == 0);
}

TEST_CASE("programs that a kernel would refuse are refused") {
    const auto reason = [](std::vector<instruction> code) -> std::string {
        const auto checked = validate(code);
        CHECK(static_cast<bool>(checked) == program::from_instructions(code, 1).has_value());
        return checked ? "" : checked.reason;
    };
    const instruction accept{op::ret | op::k, 0, 0, 1};
    CHECK(reason({}) == "no instructions");
    CHECK(reason({accept}).empty());
    CHECK(reason({{op::ld | op::imm, 0, 0, 1}}) == "no return at the end");
    CHECK(reason({{0xff, 0, 0, 0}, accept}) == "an unknown instruction");
    CHECK(reason({{op::ret | op::x, 0, 0, 0}}) == "an unknown instruction");
    CHECK(reason({{op::jmp | op::jeq, 0, 1, 0}, accept}) == "a jump out of the program");
    CHECK(reason({{op::jmp | op::ja, 0, 0, 0xffffffff}, accept}) == "a jump out of the program");
    CHECK(reason({{op::st, 0, 0, 16}, accept}) == "a memory word beyond M[15]");
    CHECK(reason({{op::alu | op::div, 0, 0, 0}, accept}) == "a division by zero");
    CHECK(reason({{op::alu | op::lsh, 0, 0, 32}, accept}) == "a shift by more than 31 bits");
    CHECK(reason({{op::ld | op::w | op::abs, 0, 0, op::ancillary + 64}, accept}) == "a load of unknown ancillary data");
    CHECK(reason({{op::ld | op::mem, 0, 0, 0}, accept}) == "a memory word is read that may not have been written");
    CHECK(reason({{op::jmp | op::jeq, 0, 1, 0}, {op::st, 0, 0, 2}, {op::ldx | op::mem, 0, 0, 2}, accept}) ==
          "a memory word is read that may not have been written");
    CHECK(reason(std::vector<instruction>(4096, accept)).empty());
    CHECK(reason(std::vector<instruction>(4097, accept)) == "more than 4096 instructions");
}

TEST_CASE("programs as text") {
    const auto made = compile("tcp[tcpflags] & tcp-syn != 0 and inbound", 1, {.live = true});
    REQUIRE(made.has_value());
    CHECK(made->text().starts_with("(000) ldh      [12]\n(001) jeq      #0x800           jt 2\tjf "));
    CHECK(made->text().find("(006) ldxb     4*([14]&0xf)\n(007) ldb      [x + 27]\n") != std::string::npos);
    CHECK(made->text().find("ldh      [type]\n") != std::string::npos);
    CHECK(made->text(text_form::c).starts_with("{ 0x28, 0, 0, 0x0000000c },\n{ 0x15, 0, "));
    const std::string decimal = made->text(text_form::decimal);
    const auto again = program::from_text(decimal, 1);
    REQUIRE(again.has_value());
    CHECK(again->text(text_form::decimal) == decimal);
    CHECK(program::from_text("1,6 0 0 65535", 1).has_value());  // as iptables takes it
    for (const char* wrong :
         {"", "2\n6 0 0 1\n", "1\n6 0 0 1\n6", "1\n6 0 256 1\n", "1\nx 0 0 1\n", "5000\n", "1\n4 0 0 1\n"})
        CHECK_FALSE(program::from_text(wrong, 1).has_value());
}

// QUIC: Initial packets opened, against the vectors of RFC 9001 and RFC 9369, and hellos put together from pieces.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <pcapframe/decode/run_decoder.hpp>

#include "../bytes/random.hpp"
#include "../decode/frames_with_messages.hpp"
#include "../decode/rows.hpp"
#include "tls_messages.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// The client's Initial packet of RFC 9001, appendix A.2.
const byte_string packet_1 = from_hex(
    "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11d242b123dc9bd8bab936b47d92ec356c0bab7df5976d27cd"
    "449f63300099f3991c260ec4c60d17b31f8429157bb35a1282a643a8d2262cad67500cadb8e7378c8eb7539ec4d4905fed1bee1fc8aafba1"
    "7c750e2c7ace01e6005f80fcb7df621230c83711b39343fa028cea7f7fb5ff89eac2308249a02252155e2347b63d58c5457afd84d05dfffd"
    "b20392844ae812154682e9cf012f9021a6f0be17ddd0c2084dce25ff9b06cde535d0f920a2db1bf362c23e596d11a4f5a6cf3948838a3aec"
    "4e15daf8500a6ef69ec4e3feb6b1d98e610ac8b7ec3faf6ad760b7bad1db4ba3485e8a94dc250ae3fdb41ed15fb6a8e5eba0fc3dd60bc8e3"
    "0c5c4287e53805db059ae0648db2f64264ed5e39be2e20d82df566da8dd5998ccabdae053060ae6c7b4378e846d29f37ed7b4ea9ec5d82e7"
    "961b7f25a9323851f681d582363aa5f89937f5a67258bf63ad6f1a0b1d96dbd4faddfcefc5266ba6611722395c906556be52afe3f565636a"
    "d1b17d508b73d8743eeb524be22b3dcbc2c7468d54119c7468449a13d8e3b95811a198f3491de3e7fe942b330407abf82a4ed7c1b311663a"
    "c69890f4157015853d91e923037c227a33cdd5ec281ca3f79c44546b9d90ca00f064c99e3dd97911d39fe9c5d0b23a229a234cb36186c481"
    "9e8b9c5927726632291d6a418211cc2962e20fe47feb3edf330f2c603a9d48c0fcb5699dbfe5896425c5bac4aee82e57a85aaf4e2513e4f0"
    "5796b07ba2ee47d80506f8d2c25e50fd14de71e6c418559302f939b0e1abd576f279c4b2e0feb85c1f28ff18f58891ffef132eef2fa09346"
    "aee33c28eb130ff28f5b766953334113211996d20011a198e3fc433f9f2541010ae17c1bf202580f6047472fb36857fe843b19f5984009dd"
    "c324044e847a4f4a0ab34f719595de37252d6235365e9b84392b061085349d73203a4a13e96f5432ec0fd4a1ee65accdd5e3904df54c1da5"
    "10b0ff20dcc0c77fcb2c0e0eb605cb0504db87632cf3d8b4dae6e705769d1de354270123cb11450efc60ac47683d7b8d0f811365565fd98c"
    "4c8eb936bcab8d069fc33bd801b03adea2e1fbc5aa463d08ca19896d2bf59a071b851e6c239052172f296bfb5e72404790a2181014f3b94a"
    "4e97d117b438130368cc39dbb2d198065ae3986547926cd2162f40a29f0c3c8745c0f50fba3852e566d44575c29d39a03f0cda721984b6f4"
    "40591f355e12d439ff150aab7613499dbd49adabc8676eef023b15b65bfc5ca06948109f23f350db82123535eb8a7433bdabcb909271a6ec"
    "bcb58b936a88cd4e8f2e6ff5800175f113253d8fa9ca8885c2f552e657dc603f252e1a8e308f76f0be79e2fb8f5d5fbbe2e30ecadd220723"
    "c8c0aea8078cdfcb3868263ff8f0940054da48781893a7e49ad5aff4af300cd804a6b6279ab3ff3afb64491c85194aab760d58a606654f9f"
    "4400e8b38591356fbf6425aca26dc85244259ff2b19c41b9f96f3ca9ec1dde434da7d2d392b905ddf3d1f9af93d1af5950bd493f5aa731b4"
    "056df31bd267b6b90a079831aaf579be0a39013137aac6d404f518cfd46840647e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a44e55c"
    "88d4a9a7f9474241e221af44860018ab0856972e194cd934");

/// The same of RFC 9369, appendix A.2.
const byte_string packet_2 = from_hex(
    "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485dd04de806071bf03dceebfa162e75d6c96058bdbfb127cdf"
    "cbf903388e99ad049f9a3dd4425ae4d0992cfff18ecf0fdb5a842d09747052f17ac2053d21f57c5d250f2c4f0e0202b70785b7946e992e58"
    "a59ac52dea6774d4f03b55545243cf1a12834e3f249a78d395e0d18f4d766004f1a2674802a747eaa901c3f10cda5500cb9122faa9f1df66"
    "c392079a1b40f0de1c6054196a11cbea40afb6ef5253cd6818f6625efce3b6def6ba7e4b37a40f7732e093daa7d52190935b8da58976ff33"
    "12ae50b187c1433c0f028edcc4c2838b6a9bfc226ca4b4530e7a4ccee1bfa2a3d396ae5a3fb512384b2fdd851f784a65e03f2c4fbe11a53c"
    "7777c023462239dd6f7521a3f6c7d5dd3ec9b3f233773d4b46d23cc375eb198c63301c21801f6520bcfb7966fc49b393f0061d974a2706df"
    "8c4a9449f11d7f3d2dcbb90c6b877045636e7c0c0fe4eb0f697545460c806910d2c355f1d253bc9d2452aaa549e27a1fac7cf4ed77f322e8"
    "fa894b6a83810a34b361901751a6f5eb65a0326e07de7c1216ccce2d0193f958bb3850a833f7ae432b65bc5a53975c155aa4bcb4f7b2c4e5"
    "4df16efaf6ddea94e2c50b4cd1dfe06017e0e9d02900cffe1935e0491d77ffb4fdf85290fdd893d577b1131a610ef6a5c32b2ee0293617a3"
    "7cbb08b847741c3b8017c25ca9052ca1079d8b78aebd47876d330a30f6a8c6d61dd1ab5589329de714d19d61370f8149748c72f132f0fc99"
    "f34d766c6938597040d8f9e2bb522ff99c63a344d6a2ae8aa8e51b7b90a4a806105fcbca31506c446151adfeceb51b91abfe43960977c874"
    "71cf9ad4074d30e10d6a7f03c63bd5d4317f68ff325ba3bd80bf4dc8b52a0ba031758022eb025cdd770b44d6d6cf0670f4e990b22347a7db"
    "848265e3e5eb72dfe8299ad7481a408322cac55786e52f633b2fb6b614eaed18d703dd84045a274ae8bfa73379661388d6991fe39b0d93de"
    "bb41700b41f90a15c4d526250235ddcd6776fc77bc97e7a417ebcb31600d01e57f32162a8560cacc7e27a096d37a1a86952ec71bd89a3e9a"
    "30a2a26162984d7740f81193e8238e61f6b5b984d4d3dfa033c1bb7e4f0037febf406d91c0dccf32acf423cfa1e7071010d3f270121b493c"
    "e85054ef58bada42310138fe081adb04e2bd901f2f13458b3d6758158197107c14ebb193230cd1157380aa79cae1374a7c1e5bbcb80ee23e"
    "06ebfde206bfb0fcbc0edc4ebec309661bdd908d532eb0c6adc38b7ca7331dce8dfce39ab71e7c32d318d136b6100671a1ae6a6600e3899f"
    "31f0eed19e3417d134b90c9058f8632c798d4490da4987307cba922d61c39805d072b589bd52fdf1e86215c2d54e6670e07383a27bbffb5a"
    "ddf47d66aa85a0c6f9f32e59d85a44dd5d3b22dc2be80919b490437ae4f36a0ae55edf1d0b5cb4e9a3ecabee93dfc6e38d209d0fa6536d27"
    "a5d6fbb17641cde27525d61093f1b28072d111b2b4ae5f89d5974ee12e5cf7d5da4d6a31123041f33e61407e76cffcdcfd7e19ba58cf4b53"
    "6f4c4938ae79324dc402894b44faf8afbab35282ab659d13c93f70412e85cb199a37ddec600545473cfb5a05e08d0b209973b2172b4d21fb"
    "69745a262ccde96ba18b2faa745b6fe189cf772a9f84cbfc");

/// The same packet under the keys of draft-29, from a program of our own with the cryptography of PyCA.
const byte_string packet_29 = from_hex(
    "cdff00001d088394c8f03e5157080000449e9cdb990bfb66bc6a93032b50dd8973972d149421874d3849e3708d71354ea33bcdc356f3ea6e"
    "2a1a1bd7c3d140038d3e784d04c30a2cdb40c32523aba2dafe1c1bf3d27a6be38fe38ae033fbb0713c1c73661bb6639795b42b97f77068ea"
    "d51f11fbf9489af2501d09481e6c64d4b8551cd3cea70d830ce2aeeec789ef551a7fbe36b3f7e1549a9f8d8e153b3fac3fb7b7812c9ed7c2"
    "0b4be190ebd8995626e7f0fc887925ec6f0606c5d36aa81bebb7aacdc4a31bb5f23d55faef5c51905783384f37a5df235b5c742c78ab1bae"
    "0a188b75efbde6b3774ed61282f9670a9dea19e1566103ce675ab4e21081fb5860340a1e88e4f10e39eae25cd685b10929636d4f02e7fad2"
    "a5a458249f5c0298a6d53acbe41a7fc83fa7cc01973f7a74d1237a51974e097636b6203997f921d07bc1940a6f2d0de9f5a11432946159ed"
    "6cc21df65c4ddd1115f86427259a196c7148b25b6478b0dc7766e1c4d1b1f5159f90eabc61636226244642ee148b464c9e619ee50a5e3ddc"
    "836227cad938987c4ea3c1fa7c75bbf88d89e9ada642b2b88fe8107b7ea375b1b64889a4e9e5c38a1c896ce275a5658d250e2d76e1ed3a34"
    "ce7e3a3f383d0c996d0bed106c2899ca6fc263ef0455e74bb6ac1640ea7bfedc59f03fee0e1725ea150ff4d69a7660c5542119c71de270ae"
    "7c3ecfd1af2c4ce551986949cc34a66b3e216bfe18b347e6c05fd050f85912db303a8f054ec23e38f44d1c725ab641ae929fecc8e3cefa56"
    "19df4231f5b4c009fa0c0bbc60bc75f76d06ef154fc8577077d9d6a1d2bd9bf081dc783ece60111bea7da9e5a9748069d078b2bef48de04c"
    "abe3755b197d52b32046949ecaa310274b4aac0d008b1948c1082cdfe2083e386d4fd84c0ed0666d3ee26c4515c4fee73433ac703b690a9f"
    "7bf278a77486ace44c489a0c7ac8dfe4d1a58fb3a730b993ff0f0d61b4d89557831eb4c752ffd39c10f6b9f46d8db278da624fd800e4af85"
    "548a294c1518893a8778c4f6d6d73c93df200960104e062b388ea97dcf4016bced7f62b4f062cb6c04c20693d9a0e3b74ba8fe74cc012378"
    "84f40d765ae56a51688d985cf0ceaef43045ed8c3f0c33bced08537f6882613acd3b08d665fce9dd8aa73171e2d3771a61dba2790e491d41"
    "3d93d987e2745af29418e428be34941485c93447520ffe231da2304d6a0fd5d07d0837220236966159bef3cf904d722324dd852513df39ae"
    "030d8173908da6364786d3c1bfcb19ea77a63b25f1e7fc661def480c5d00d44456269ebd84efd8e3a8b2c257eec76060682848cbf5194bc9"
    "9e49ee75e4d0d254bad4bfd74970c30e44b65511d4ad0e6ec7398e08e01307eeeea14e46ccd87cf36b285221254d8fc6a6765c524ded0085"
    "dca5bd688ddf722e2c0faf9d0fb2ce7a0c3f2cee19ca0ffba461ca8dc5d2c8178b0762cf67135558494d2a96f1a139f0edb42d2af89a9c91"
    "22b07acbc29e5e722df8615c343702491098478a389c9872a10b0c9875125e257c7bfdf27eef4060bd3d00f4c14fd3e3496c38d3c5d1a566"
    "8c39350effbc2d16ca17be4ce29f02ed969504dda2a8c6b9ff919e693ee79e09089316e7d1d89ec099db3b2b268725d888536a4b8bf9aee8"
    "fb43e82a4d919d487b8e5feb469d358e629f0496c0c6859e");

const byte_string destination = from_hex("8394c8f03e515708");

std::string secret_of(std::uint32_t number, std::string_view side) {
    const auto secret = message::quic_initial_keys::secret_of(destination, number, side);
    char room[64];
    message::made_text out(room, sizeof room);
    return std::string(out.add_hex(secret).view());
}

byte_string crypto_frame(std::size_t offset, const byte_string& data) {
    return byte_string{6} + be16(0x4000 | offset) + be16(0x4000 | data.size()) + data;
}
byte_string piece(const byte_string& bytes, std::size_t begin, std::size_t end) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(begin), bytes.begin() + static_cast<std::ptrdiff_t>(end)};
}

}  // namespace

TEST_CASE("secrets of RFC 9001, appendix A.1, and of RFC 9369, appendix A.1") {
    CHECK(secret_of(message::quic::version_1, "client in") ==
          "c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea");
    CHECK(secret_of(message::quic::version_1, "server in") ==
          "3c199828fd139efd216c155ad844cc81fb82fa8d7446fa7d78be803acdda951b");
    CHECK(secret_of(message::quic::version_2, "client in") ==
          "14ec9d6eb9fd7af83bf5a668bc17a7e283766aade7ecd0891f70f9ff7f4bf47b");
    const hmac_sha256 secret(
        from_hex("c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea"));
    CHECK(bytes_of(hkdf_expand_label<16>(secret, "quic key")) == from_hex("1f369613dd76d5467730efcbe3b1a22d"));
    CHECK(bytes_of(hkdf_expand_label<12>(secret, "quic iv")) == from_hex("fa044b2f42a3fd3b46fb255c"));
    CHECK(bytes_of(hkdf_expand_label<16>(secret, "quic hp")) == from_hex("9f50449e04a0e810283a1e9933adedd2"));
}

TEST_CASE("the Initial packets of the specifications") {
    struct vector {
        const byte_string& packet;
        std::string name;
    };
    for (const vector& v : {vector{packet_1, "1"}, vector{packet_2, "2"}, vector{packet_29, "draft-29"}}) {
        CHECK(v.packet.size() == 1200);
        const decoded row(over_udp(8443, v.packet));
        CHECK(shown(row, "message quic_version quic_packet_type quic_dcid quic_scid") ==
              "quic " + v.name + " initial 8394c8f03e515708 ");
        CHECK(shown(row, "tls_messages tls_sni tls_alpn tls_versions") ==
              "[client_hello] example.com [alpn] [TLS 1.3]");
    }
}

TEST_CASE("a packet with any other bit stays closed, and a cut one, too") {
    random_numbers random(9001);
    for (int i = 0; i < 300; ++i) {
        byte_string wrong = packet_1;
        wrong[random.below(wrong.size())] ^= static_cast<std::uint8_t>(1U << random.below(8));
        CHECK(decoded(over_udp(443, wrong)).text("tls_sni") == "-");
    }
    for (std::size_t length = 1; length < packet_1.size(); length += 13) {
        const byte_string frame = over_udp(443, packet_1);
        const decoded cut(first_bytes(frame, frame.size() - length), {.wire_bytes = frame.size()});
        CHECK(cut.text("tls_sni") == "-");
    }
}

TEST_CASE("pieces of a hello in any order are put together, and a gap is none") {
    const byte_string hello = handshake(1, chrome_hello());
    std::array<std::uint8_t, 4096> room{};
    message::quic_crypto_stream stream(room);
    stream.add_frames(crypto_frame(200, piece(hello, 200, hello.size())) + zeros(7));
    CHECK(stream.bytes().empty());
    stream.add_frames(from_hex("01 02 0a 00 01 03 04 05") + crypto_frame(0, piece(hello, 0, 50)));
    CHECK(stream.bytes().size() == 50);
    stream.add_frames(crypto_frame(40, piece(hello, 40, 200)));
    CHECK(to_bytes(stream.bytes()) == hello);
    stream.add_frames(from_hex("1c") + crypto_frame(0, zeros(50)));
    CHECK(to_bytes(stream.bytes()) == hello);
    stream.add_frames(crypto_frame(4090, zeros(50)));
    CHECK(to_bytes(stream.bytes()) == hello);
}

TEST_CASE("other packets with long headers, and what is no QUIC") {
    const byte_string ids = from_hex("04 aabbccdd 00");
    const decoded handshake_packet(over_udp(443, from_hex("e0 00000001") + ids + from_hex("4002 0102")));
    CHECK(shown(handshake_packet, "quic_packet_type tls_sni") == "handshake -");
    const decoded retry(over_udp(443, from_hex("c0 6b3343cf") + ids + counting(20)));
    CHECK(shown(retry, "quic_version quic_packet_type") == "2 retry");
    const decoded negotiation(over_udp(443, from_hex("80 00000000") + ids + from_hex("00000001 6b3343cf")));
    CHECK(shown(negotiation, "quic_version quic_packet_type quic_dcid") == "0 version_negotiation aabbccdd");
    for (const byte_string& none :
         {from_hex("c0 00000002") + ids + counting(20), from_hex("80 00000001") + ids + counting(20),
          from_hex("c0 00000001 15") + counting(30), from_hex("e0 00000001") + ids + from_hex("4003 0102"),
          from_hex("80 00000000") + ids + from_hex("000001")})
        CHECK(decoded(over_udp(443, none)).text("message") == "-");
}

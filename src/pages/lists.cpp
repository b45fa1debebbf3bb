// Prints the library's lists as JSON, for the pages that are made of them.
#include <cstdio>
#include <string>
#include <string_view>

#include <pcapframe/interchange.hpp>
#include <pcapframe/pcapframe.hpp>

namespace {

std::string quoted_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string_view name_of(pcapframe::option_effect effect) {
    switch (effect) {
        case pcapframe::option_effect::packets: return "which packets become rows";
        case pcapframe::option_effect::order: return "the order of the rows";
        case pcapframe::option_effect::columns: return "what the rows have";
        case pcapframe::option_effect::chunks: return "how many rows come at a time";
        case pcapframe::option_effect::speed: return "how fast it goes";
        case pcapframe::option_effect::capture: return "how packets are captured";
        case pcapframe::option_effect::nothing: break;
    }
    return "nothing";
}

}  // namespace

int main() {
    const char* between = "";
    std::printf("{\"options\":[");
    for (const pcapframe::named_option& option : pcapframe::named_options) {
        std::printf("%s[%s,%s,%s,%s,%s]", between, quoted_text(option.name).c_str(), quoted_text(option.flag).c_str(),
                    quoted_text(words_for(option.kind)).c_str(), quoted_text(name_of(option.effect)).c_str(),
                    quoted_text(option.meaning).c_str());
        between = ",\n";
    }
    std::printf("],\n\"formats\":[");
    between = "";
    for (const pcapframe::output_format& format : pcapframe::all_formats) {
        std::printf("%s[%s,%s,%s]", between, quoted_text(format.name).c_str(), quoted_text(format.extension).c_str(),
                    quoted_text(format.meaning).c_str());
        between = ",\n";
    }
    std::printf("]}\n");
}

// How pages and pictures look: one set of rules for the drawings, in light and dark, and the rules of the page around
// the drawings.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pcapframe/plot/palette.hpp>

namespace pcapframe::inline v0_2::charts {

/// The fonts: those of the system.
inline constexpr std::string_view font_rule =
    "font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif";

/// Everything of the drawings but colour.
inline constexpr std::string_view drawing_rules = R"(text{font-size:12.5px}
.m{font-size:11.5px}
.v,.c{font-weight:600}
.v,.m{font-variant-numeric:tabular-nums}
.grid,.axis{stroke-width:1;fill:none;shape-rendering:crispEdges}
path.axis{shape-rendering:auto}
.row,.hover rect{fill:transparent}
.hover rect:hover,.hover rect.shown{fill-opacity:.09}
.narrow{display:none}
)";

/// A rule that fills what a selector names.
[[nodiscard]] inline std::string fill_rule(std::string_view selector, std::string_view colour) {
    return std::string(selector) + "{fill:" + std::string(colour) + "}\n";
}

/// The colours of the drawings.
[[nodiscard]] inline std::string drawing_colours(const colour_scheme& scheme) {
    std::string rules =
        fill_rule(".t,.v,.c,.hover rect:hover,.hover rect.shown", scheme.text) + fill_rule(".m", scheme.muted);
    rules += ".grid{stroke:" + std::string(scheme.line) + "}\n.axis{stroke:" + std::string(scheme.axis) + "}\n";
    rules += fill_rule(".ground,.gap", scheme.background);
    rules += fill_rule(".forth", scheme.forth) + fill_rule(".back", scheme.back);
    for (std::size_t i = 0; i < scheme.series.size(); ++i)
        rules += fill_rule(".s" + std::to_string(i), scheme.series[i]);
    return rules;
}

/// The page's layout: one column on a phone, panels side by side above.
inline constexpr std::string_view page_rules = R"(*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;font-size:15px;line-height:1.45}
main{max-width:1180px;margin:0 auto;padding:28px 18px 48px}
h1{font-size:26px;line-height:1.2;font-weight:650;letter-spacing:-.01em;margin:0;overflow-wrap:anywhere}
h2{font-size:16px;font-weight:650;margin:0}
p{margin:0}
.when{margin-top:6px;font-variant-numeric:tabular-nums}
.warning{margin-top:14px;padding:8px 12px;border-left:3px solid;overflow-wrap:anywhere}
.totals{display:grid;grid-template-columns:repeat(2,1fr);gap:16px 24px;margin:26px 0 0}
.totals div{min-width:0}
.totals dt{font-size:12.5px}
.totals dd{margin:2px 0 0;font-size:21px;font-weight:600;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.panels{display:grid;grid-template-columns:minmax(0,1fr);gap:40px;margin-top:34px}
section{position:relative;min-width:0;border-top:1px solid;padding-top:14px;break-inside:avoid}
.head{display:flex;justify-content:space-between;align-items:baseline;gap:12px}
.head p,.subtitle,.note{font-size:12.5px}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:8px 0 0;padding:0;font-size:12.5px}
.legend svg{width:10px;height:10px;margin-right:6px;border-radius:2px}
.drawing{display:block;margin-top:14px;overflow:visible}
.drawing:focus{outline:none}
.note{margin-top:10px}
#tip{position:absolute;z-index:1;pointer-events:none;border:1px solid;border-radius:6px;padding:8px 11px;
font-size:12.5px;line-height:1.5;max-width:100%;font-variant-numeric:tabular-nums;
box-shadow:0 4px 16px rgba(0,0,0,.14)}
#tip[hidden]{display:none}
#tip svg{width:9px;height:9px;margin-right:7px;border-radius:2px}
#tip div:first-child{font-weight:600}
@media(max-width:759px){.wide{display:none}.narrow{display:inline}}
@media(min-width:760px){main{padding:48px 40px 72px}h1{font-size:32px}
.totals{grid-template-columns:repeat(3,1fr)}
.panels{grid-template-columns:repeat(6,minmax(0,1fr));gap:52px 44px;margin-top:44px}
section{grid-column:span 6}.half{grid-column:span 3}}
@media(min-width:1060px){.third{grid-column:span 2}.totals{grid-template-columns:repeat(6,1fr)}}
@media(min-width:760px)and (max-width:1059px){.third{grid-column:span 3}#sizes{grid-column:span 6}}
@media print{main{max-width:none;padding:12px 32px 0;zoom:.84}#tip{display:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.totals{grid-template-columns:repeat(6,auto);gap:10px 20px;margin-top:18px}.totals dd{font-size:17px}
.panels{grid-template-columns:repeat(6,minmax(0,1fr));gap:24px 30px;margin-top:22px}
section{grid-column:span 6}.half,.third{grid-column:span 3}#sizes{grid-column:span 6}}
)";

/// The variables of a colour scheme.
[[nodiscard]] inline std::string page_colours(const colour_scheme& scheme) {
    const std::string line(scheme.line);
    return "body{background:" + std::string(scheme.background) + ";color:" + std::string(scheme.text) + "}\n" +
           ".when,.head p,.subtitle,.note,.legend,.totals dt{color:" + std::string(scheme.muted) + "}\n" +
           "section{border-color:" + line + "}\n#tip{background:" + std::string(scheme.background) +
           ";border-color:" + line + "}\n.warning{border-color:" + std::string(scheme.series[1]) +
           ";background:" + std::string(scheme.shade) + "}\n" + ".drawing:focus-visible{outline:2px solid " +
           std::string(scheme.forth) + ";outline-offset:6px}\n";
}

/// `colours` in light, and in dark where the reader prefers dark pages and does not print.
template <class Colours>
[[nodiscard]] std::string in_both_schemes(Colours colours) {
    return colours(light_scheme) + "@media screen and (prefers-color-scheme:dark){\n" + colours(dark_scheme) + "}\n";
}

/// The rules of a picture.
[[nodiscard]] inline std::string picture_style() {
    return "svg{" + std::string(font_rule) + "}\n" + std::string(drawing_rules) + in_both_schemes(drawing_colours);
}

/// The rules of a page.
[[nodiscard]] inline std::string page_style() {
    return ":root{color-scheme:light dark}\nbody{" + std::string(font_rule) + "}\n" + std::string(drawing_rules) +
           std::string(page_rules) +
           in_both_schemes([](const colour_scheme& scheme) { return drawing_colours(scheme) + page_colours(scheme); });
}

}  // namespace pcapframe::charts

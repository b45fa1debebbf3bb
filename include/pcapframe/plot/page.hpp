// Panels as one HTML page that loads nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/plot/markup.hpp>
#include <pcapframe/plot/panel.hpp>
#include <pcapframe/plot/script.hpp>
#include <pcapframe/plot/style.hpp>
#include <pcapframe/plot/totals.hpp>

namespace pcapframe::inline v0_2::charts {

/// A panel and the part of a row that the panel takes: "full", "half" or "third".
struct placed_panel {
    panel content;
    std::string_view width = "full";
};

/// All that a page or a picture shows.
struct page_content {
    std::string_view title;
    const std::vector<std::string>& warnings;
    const std::vector<placed_panel>& panels;
    std::vector<total_item> totals{};
    std::string when{};        ///< below the title; empty for nothing
    std::string_view data{};   ///< JSON
    std::string_view style{};  ///< rules that the panels need beside those of all pages
};

namespace page_detail {

inline void add_head(markup& out, std::string_view title, std::string_view style) {
    // Nothing may be loaded, and nothing but the script below that stands in the page may run.
    const std::string policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" +
                               std::string(page_script_hash) + "'; base-uri 'none'; form-action 'none'";
    out.open("head").open("meta").set("charset", "utf-8").close().line_feed();
    out.open("meta").set("http-equiv", "Content-Security-Policy").set("content", policy).close().line_feed();
    out.open("meta").set("name", "viewport").set("content", "width=device-width, initial-scale=1").close();
    out.open("meta").set("name", "generator").set("content", "pcapframe").close();
    // Without this a browser asks the server for an icon.
    out.open("link").set("rel", "icon").set("href", "data:,").close().line_feed();
    out.element("title", title)
        .line_feed()
        .open("style")
        .raw(page_style() + std::string(style))
        .close()
        .close()
        .line_feed();
}

inline void add_heading(markup& out, const page_content& content) {
    out.open("header").element("h1", content.title);
    if (!content.when.empty()) out.open("p").set("class", "when").text(content.when).close();
    for (const std::string& warning : content.warnings) out.open("p").set("class", "warning").text(warning).close();
    out.line_feed().open("dl").set("class", "totals");
    for (const total_item& item : content.totals) {
        out.open("div").element("dt", item.name).open("dd");
        if (!item.exact.empty()) out.set("title", item.exact);
        out.text(item.value).close().close();
    }
    out.close().close().line_feed();
}

inline void add_legend(markup& out, const std::vector<legend_item>& items) {
    if (items.empty()) return;
    out.open("ul").set("class", "legend");
    for (const legend_item& item : items) {
        out.open("li").open("svg").set("aria-hidden", "true").open("rect").set("class", item.style);
        out.set("width", 10.0).set("height", 10.0).close().close().text(item.text).close();
    }
    out.close().line_feed();
}

inline void add_panel(markup& out, const placed_panel& placed) {
    const panel& shown = placed.content;
    out.open("section").set("id", shown.id).set("class", placed.width);
    out.open("div").set("class", "head").element("h2", shown.title);
    if (!shown.extent.empty()) out.element("p", shown.extent);
    out.close();
    if (!shown.subtitle.empty()) out.open("p").set("class", "subtitle").text(shown.subtitle).close();
    add_legend(out, shown.legend);
    const std::string gutter = decimal(shown.gutter, 0) + "px";
    out.open("svg")
        .set("class", "drawing")
        .set("role", "group")
        .set("aria-label", shown.title)
        .set("height", shown.height);
    out.set("style", "width:calc(100% - " + gutter + ");margin-left:" + gutter);
    out.raw("\n" + shown.drawing).close().line_feed();
    for (const std::string& note : shown.notes) out.open("p").set("class", "note").text(note).close();
    out.close().line_feed();
}

}  // namespace page_detail

/// The page.
[[nodiscard]] inline std::string make_page(const page_content& content) {
    using namespace page_detail;
    markup out;
    out.raw("<!DOCTYPE html>\n").open("html").set("lang", "en");
    add_head(out, content.title, content.style);
    out.open("body").open("main");
    add_heading(out, content);
    out.open("div").set("class", "panels").line_feed();
    for (const placed_panel& placed : content.panels) add_panel(out, placed);
    out.close().close().line_feed().open("div").set("id", "tip").set("hidden", "hidden").close().line_feed();
    out.open("script").set("type", "application/json").set("id", "data").raw(content.data).close().line_feed();
    out.open("script").raw(page_script).close().close().close().line_feed();
    return out.take();
}

}  // namespace pcapframe::charts

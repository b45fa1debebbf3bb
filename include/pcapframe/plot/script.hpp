// The page's one script: it shows the interval of the timeline under the pointer in a box beside the pointer. Without
// the script, the browser's own tooltips show the same text.
#pragma once

#include <string_view>

namespace pcapframe::inline v0_2::charts {

/// Text reaches the page as text nodes only.
inline constexpr std::string_view page_script = R"('use strict';
for (const group of document.querySelectorAll('.hover')) {
  const svg = group.closest('svg');
  const section = group.closest('section');
  const tip = document.getElementById('tip');
  const styles = new Map();
  for (const item of section.querySelectorAll('.legend li'))
    styles.set(item.textContent, item.querySelector('rect').getAttribute('class'));
  const columns = Array.from(group.children);
  const texts = columns.map((column) => {
    const title = column.querySelector('title');
    title.remove();
    return title.textContent.split('\n');
  });
  section.append(tip);
  let shown = -1;
  const line = (text) => {
    const row = document.createElement('div');
    const style = styles.get(text.split(': ')[0]);
    if (style) {
      const mark = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      mark.append(document.createElementNS('http://www.w3.org/2000/svg', 'rect'));
      mark.firstChild.setAttribute('class', style);
      mark.firstChild.setAttribute('width', '10');
      mark.firstChild.setAttribute('height', '10');
      row.append(mark);
    }
    row.append(text);
    return row;
  };
  const show = (index) => {
    if (index === shown) return;
    if (shown !== -1) columns[shown].classList.remove('shown');
    shown = index;
    tip.hidden = index === -1;
    if (index === -1) return;
    columns[index].classList.add('shown');
    tip.replaceChildren(...texts[index].map(line));
    tip.style.left = '0';
    const whole = section.getBoundingClientRect();
    const column = columns[index].getBoundingClientRect();
    const right = column.right - whole.left + 12;
    const left = column.left - whole.left - 12 - tip.offsetWidth;
    const fits = whole.width - tip.offsetWidth;
    tip.style.left = (fits >= right ? right : Math.max(0, Math.min(left, fits))) + 'px';
    tip.style.top = (svg.getBoundingClientRect().top - whole.top + 30) + 'px';
  };
  const over = (event) => show(columns.indexOf(event.target));
  svg.addEventListener('pointermove', over);
  svg.addEventListener('pointerdown', over);
  svg.addEventListener('pointerleave', () => show(-1));
  svg.addEventListener('blur', () => show(-1));
  svg.tabIndex = 0;
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape') show(-1);
    if (!step) return;
    event.preventDefault();
    const from = shown === -1 ? (step === 1 ? -1 : columns.length) : shown;
    show(Math.max(0, Math.min(columns.length - 1, from + step)));
  });
}
)";

/// SHA-256 of the script in base64: the page's content security policy lets nothing else run.
inline constexpr std::string_view page_script_hash = "chDCq7ISP5mx2GAJuGC5gi/02gQMDk1a7935OjMcepY=";

}  // namespace pcapframe::charts

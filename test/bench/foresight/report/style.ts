/** The report's style: readable in light and in dark, on paper, and without colour. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fcfcfb; --card: #ffffff; --text: #1a1c1e; --faint: #5b6168; --rule: #d9dce0;
  --one: #0b3d91; --six: #2f7ed8; --day: #74b3f0; --second: #b34700; --limit: #b3261e;
  --true: #1b7f4b; --early: #b87a00; --late: #6b5b95; --false: #c62828;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121416; --card: #1a1d20; --text: #e8eaed; --faint: #a3abb3; --rule: #363b41;
    --one: #a9d0ff; --six: #5b9df0; --day: #4a86d0; --second: #ff9a52; --limit: #ff7b72;
    --true: #4cc38a; --early: #e5b04b; --late: #b3a2dd; --false: #ff6b6b;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.25rem 4rem; background: var(--ground);
  color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
p { max-width: 46rem; margin: .4rem 0; color: var(--faint); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .82rem; }
caption { text-align: left; font-weight: 600; padding: .75rem 0 .35rem; }
th, td { padding: .22rem .5rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child { text-align: left; font-weight: 500; } thead th { font-weight: 600; color: var(--faint); }
tbody tr.first th, tbody tr.first td { border-top: 2px solid var(--rule); }
td.met { color: var(--true); } td.unmet { color: var(--false); }
.row { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; padding: .75rem .9rem; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
figure.wide { flex: 1 1 34rem; min-width: 0; } figcaption { font-size: .86rem; color: var(--faint); max-width: 44rem; }
figcaption b { color: var(--text); }
svg { display: block; width: 100%; height: auto; } .small svg { width: 20.5rem; max-width: 100%; }
svg text { font: 11px system-ui, sans-serif; fill: var(--faint); } svg text.strong { fill: var(--text); font-weight: 600; }
.axis, .grid { stroke: var(--rule); stroke-width: 1; fill: none; } .grid { stroke-dasharray: 2 3; }
.ideal { stroke: var(--faint); stroke-dasharray: 4 4; fill: none; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.one { stroke: var(--one); } .six { stroke: var(--six); } .day { stroke: var(--day); }
.metric-0 { stroke: var(--six); } .metric-1 { stroke: var(--second); }
text.metric-0 { stroke: none; fill: var(--six); } text.metric-1 { stroke: none; fill: var(--second); }
text.one { stroke: none; fill: var(--one); } text.six { stroke: none; fill: var(--six); } text.day { stroke: none; fill: var(--day); }
.limit { stroke: var(--limit); stroke-width: 1; fill: none; stroke-dasharray: 6 3; } text.limit { stroke: none; fill: var(--limit); }
.onset { stroke: var(--early); stroke-width: 1.2; stroke-dasharray: 3 2; } .failure { stroke: var(--limit); stroke-width: 2; }
.dot { fill: var(--six); fill-opacity: .75; stroke: var(--card); } .bar { fill: var(--six); }
.other { fill: none; stroke: var(--second); } text.other { stroke: none; fill: var(--second); }
.true { fill: var(--true); } .early { fill: var(--early); } .late { fill: var(--late); } .false { fill: var(--false); }
@media print { body { max-width: none; } figure { break-inside: avoid; } }
`;

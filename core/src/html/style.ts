/** Styles of the page: light and dark, for phones and wide screens. No information depends on colour alone. */
import { Html } from "./tag.js";

const LIGHT = `--page:#f6f8fa;--card:#fff;--text:#1f2328;--muted:#59636e;--line:#d1d9e0;--soft:#eff2f5;--link:#0969da;
--good:#1a7f37;--good-soft:#dafbe1;--bad:#cf222e;--bad-soft:#ffebe9;--warn:#9a6700;--warn-soft:#fff8c5;
--same:#d5dbe1;--changed:#bf8700;--added:#2da44e;--removed:#cf222e;--renamed:#54aeff`;
const DARK = `--page:#0d1117;--card:#151b23;--text:#f0f6fc;--muted:#9198a1;--line:#3d444d;--soft:#212830;--link:#4493f8;
--good:#3fb950;--good-soft:#12261e;--bad:#f85149;--bad-soft:#2d1617;--warn:#d29922;--warn-soft:#272115;
--same:#3d444d;--changed:#d29922;--added:#2ea043;--removed:#da3633;--renamed:#388bfd`;

export const STYLE = new Html(`<style>
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI",Inter,Roboto,"Noto Sans","Liberation Sans",system-ui,sans-serif;overflow-wrap:anywhere}
code,pre,.num{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.87em}
code{unicode-bidi:isolate}
a{color:var(--link)}
main,.top{max-width:1080px;margin:0 auto;padding:0 20px}
.top{padding-top:28px}
h1{font-size:1.35rem;line-height:1.35;margin:0 0 4px;font-weight:650}
h2{font-size:1.2rem;line-height:1.35;margin:0;font-weight:650}
h3{font-size:.95rem;margin:0 0 12px;font-weight:650}
.muted{color:var(--muted)}
.small{font-size:.87rem}
nav ol{list-style:none;margin:16px 0 0;padding:0;background:var(--card);border:1px solid var(--line);border-radius:10px}
nav li{display:grid;grid-template-columns:1.4em minmax(0,1fr) minmax(0,2fr);gap:2px 10px;padding:9px 16px;border-top:1px solid var(--line)}
nav i{font-style:normal;text-align:center}
nav li:first-child{border-top:0}
nav li span{color:var(--muted)}
.model{margin:24px 0 40px}
.model>header{border-left:4px solid var(--line);padding:2px 0 2px 14px;margin-bottom:16px}
.model.failed>header{border-color:var(--bad)}.model.attention>header{border-color:var(--changed)}.model.good>header{border-color:var(--good)}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px;margin:0 0 14px}
.card>p:last-child{margin-bottom:0}
.alarm{border-color:var(--bad);background:var(--bad-soft)}
.notice{border-color:var(--changed);background:var(--warn-soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:0 0 14px}
.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:11px 14px}
.tile b{display:block;font-size:1.12rem;font-weight:650;font-variant-numeric:tabular-nums}
td.good{color:var(--good)}td.bad{color:var(--bad)}
ul.plain{list-style:none;margin:0;padding:0}
ul.plain li{padding:5px 0 5px 28px;position:relative}
ul.plain li>i{position:absolute;left:0;font-style:normal}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-weight:600;color:var(--muted);font-size:.82rem}
th,td{padding:6px 10px 6px 0;border-top:1px solid var(--line);vertical-align:baseline}
thead th{border-top:0}
tr:last-child td{padding-bottom:0}
td.num{white-space:nowrap;font-variant-numeric:tabular-nums}
.metrics td{vertical-align:middle}
.metrics small{display:block;color:var(--muted)}
.bars{min-width:140px;width:34%}
.axis{position:relative;height:14px;background:linear-gradient(var(--line),var(--line)) center/1px 100% no-repeat}
.axis i{position:absolute;top:2px;bottom:2px;border-radius:2px;background:var(--muted)}
.axis .good{background:var(--good)}.axis .bad{background:var(--bad)}
figure{margin:0}
figcaption{color:var(--muted);font-size:.87rem;margin-top:10px}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;margin:0 0 10px;padding:0;list-style:none;font-size:.87rem;color:var(--muted)}
.legend i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.strip{display:grid;grid-template-columns:repeat(auto-fit,minmax(14px,1fr));gap:2px}
.strip i{height:24px;border-radius:2px}
.strip.many{grid-template-columns:repeat(auto-fill,12px)}
.strip.many i{height:12px}
.heat{background:color-mix(in srgb,var(--changed) var(--i),var(--same))}
.same{background:var(--same)}.changed{background:var(--changed)}.added{background:var(--added)}.renamed{background:var(--renamed)}
.removed{background:repeating-linear-gradient(45deg,var(--removed) 0 5px,color-mix(in srgb,var(--removed) 70%,#000) 5px 10px)}
.map{position:relative;height:300px;border-radius:6px;overflow:hidden}
.map div{position:absolute;overflow:hidden;border:1px solid;border-radius:3px;font-size:.8rem;line-height:1.35;padding:4px 7px;background-clip:padding-box}
.map div:not(.removed){background-color:color-mix(in srgb,var(--c) 30%,var(--card));border-color:color-mix(in srgb,var(--c) 75%,var(--card))}
.map .same{--c:var(--same)}.map .changed{--c:var(--changed)}.map .added{--c:var(--added)}.map .renamed{--c:var(--renamed)}
.map .removed{color:#fff;border-color:var(--card)}
.map div{container-type:inline-size}
@container (max-width:56px){.map span{display:none!important}}
.map span{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.chips{display:flex;flex-wrap:wrap;gap:6px;list-style:none;margin:8px 0 0;padding:0}
.chips li{background:var(--soft);border:1px solid var(--line);border-radius:999px;padding:0 10px;font-size:.87rem;line-height:1.7}
.chips li:first-child{font-weight:600}
.failed .chips li:first-child{background:var(--bad-soft);border-color:var(--bad);color:var(--bad)}
.attention .chips li:first-child{background:var(--warn-soft);border-color:var(--changed);color:var(--warn)}
.good .chips li:first-child{background:var(--good-soft);border-color:var(--good);color:var(--good)}
.behind{margin-top:12px}.behind>summary{cursor:pointer;color:var(--link);font-size:.87rem}.behind table{margin-top:8px}
details.card{padding:0}
details.card>summary{cursor:pointer;padding:12px 18px;font-weight:600;font-size:.95rem}
details.card>summary .muted{font-weight:400}
details.card>.inside{padding:0 18px 16px}
summary:focus-visible,a:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:6px}
.mark{width:1.6em;text-align:center;font-weight:700}
.mark-add{color:var(--good)}.mark-remove{color:var(--bad)}.mark-change{color:var(--warn)}.mark-rename{color:var(--link)}
pre{margin:0;overflow-x:auto;border-radius:6px;background:var(--soft);padding:8px 0;line-height:1.5}
pre span{display:block;padding:0 12px;white-space:pre-wrap}
pre .ins{background:var(--good-soft)}pre .del{background:var(--bad-soft)}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (min-width:641px){.changes td:nth-child(3){min-width:15em}.changes td:nth-child(4){min-width:9em}}
@media (max-width:640px){
main,.top{padding-left:12px;padding-right:12px}.top{padding-top:18px}
nav li{grid-template-columns:1.4em minmax(0,1fr)}nav li span{grid-column:2}
.card{padding:14px}.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}
details.card>summary{padding:12px 14px}details.card>.inside{padding:0 14px 14px}
.map{height:340px}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack,.stack tbody,.stack tr,.stack td{display:block;width:100%}
.stack tr{border-top:1px solid var(--line);padding:7px 0}.stack tr:first-child{border-top:0;padding-top:0}
.stack td{border:0;padding:1px 0}.stack td:empty{display:none}
.stack td.num{white-space:normal}
.stack.changes tr{position:relative;padding-left:22px}.stack .mark{position:absolute;left:0;width:auto}
.stack.metrics tr{display:grid;grid-template-columns:minmax(0,1fr) 9.5em;column-gap:12px}
.metrics .bars{grid-column:1;min-width:0;align-self:center}.metrics .delta{grid-column:2;text-align:right}
.metrics td:nth-child(2){text-align:right}.metrics td{width:auto}
}
</style>`);

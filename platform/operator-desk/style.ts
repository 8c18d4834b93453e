import { Html } from "./html.ts";

/** Of every page of the desk; light or dark as the reader's system is. */
export const STYLE = new Html(`
:root{color-scheme:light dark;--ink:light-dark(#1c2330,#e4e8ef);--soft:light-dark(#5d6879,#98a3b5);--line:light-dark(#e3e7ee,#2b323e);
--paper:light-dark(#fbfcfd,#14181f);--card:light-dark(#fff,#1a1f28);--hover:light-dark(#f2f5f9,#212835);--link:light-dark(#1d5fc4,#7db1ff);
--bad:light-dark(#b3261e,#ff8a80);--badback:light-dark(#fdeceb,#3a1f20);--warn:light-dark(#8a5a00,#f0bf5f);--good:light-dark(#1b7a43,#6fd49a)}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:82rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
h1{font-size:1.45rem;line-height:1.3;margin:0}h2{font-size:1.05rem;margin:2.2rem 0 .6rem}
header p{margin:.25rem 0 0;color:var(--soft)}nav{margin:0 0 .8rem}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
.soft{color:var(--soft)}.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden}
table{border-collapse:collapse;width:100%}th{font-weight:500;color:var(--soft);font-size:.82rem;text-align:left}
th,td{padding:.42rem .75rem;border-bottom:1px solid var(--line);vertical-align:baseline}tr:last-child td{border-bottom:0}
tbody tr:hover{background:var(--hover)}th.num{text-align:right}
.scroll{overflow-x:auto}
.chip{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 .55em;font-size:.8rem;color:var(--soft);margin:.1rem .25rem .1rem 0;white-space:nowrap}
.state{white-space:nowrap;font-variant-numeric:tabular-nums}.fault{color:var(--bad);font-weight:600}.refusal{color:var(--warn)}.ok{color:var(--good)}
.time{font-variant-numeric:tabular-nums;white-space:nowrap;width:1%}.empty{padding:.8rem 1rem;color:var(--soft);margin:0}
.bad td:first-child{box-shadow:inset 3px 0 var(--bad)}
form{display:inline}button{font:inherit;font-size:.85rem;padding:.15rem .7rem;border:1px solid var(--line);border-radius:7px;background:var(--card);color:var(--ink);cursor:pointer}
button:hover{background:var(--hover)}button.danger{color:var(--bad)}
ul.links{list-style:none;padding:0;margin:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:.25rem 1.5rem}
.commands li{margin:.2rem 0}
.story{display:flex;flex-wrap:wrap;gap:.35rem .3rem;margin:1rem 0 0;padding:0;list-style:none;align-items:center}
.story li{display:flex;align-items:center;gap:.3rem}.story li+li::before{content:"→";color:var(--soft)}
.story b{font-weight:500}.story small{color:var(--soft);font-variant-numeric:tabular-nums}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:1rem 0 .6rem;font-size:.85rem;color:var(--soft)}
.dot{display:inline-block;width:.65em;height:.65em;border-radius:50%;background:oklch(62% .14 var(--h));margin-right:.4em;flex:none}
.fall{position:relative}
.axis,.row summary{display:grid;grid-template-columns:minmax(17rem,35%) minmax(0,1fr) 4.5rem;gap:.75rem;align-items:center;padding:0 .85rem}
.axis{height:1.9rem;border-bottom:1px solid var(--line);font-size:.76rem;color:var(--soft)}
.track{position:relative;height:1.5rem}.axis .track{height:1.9rem}
.tick{position:absolute;top:.35rem;white-space:nowrap;font-variant-numeric:tabular-nums}
.tick::before{content:"";position:absolute;left:-4px;top:.1rem;height:1rem;border-left:1px solid var(--line)}
.gap{position:absolute;top:0;bottom:0;background:repeating-linear-gradient(115deg,transparent 0 3px,var(--line) 3px 4px)}
.axis .gap{display:grid;place-items:center;background:none}.axis .gap b{background:var(--card);font-weight:500;white-space:nowrap;padding:0 .2rem;color:var(--warn)}
.row summary{cursor:pointer;list-style:none;min-height:1.62rem}.row summary::-webkit-details-marker{display:none}
.row summary:hover,.row[open] summary{background:var(--hover)}
.row summary:focus-visible{outline-offset:-2px}
.name{display:flex;align-items:center;min-width:0;padding-left:calc(var(--d)*.85rem);font-size:.86rem}
.name span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.root>summary .name span{font-weight:600}.PRODUCER .name span,.watch .name span{color:var(--soft)}
.bar{position:absolute;top:.42rem;height:.68rem;min-width:3px;border-radius:3px;background:oklch(70% .11 var(--h))}
.PRODUCER .bar{transform:rotate(45deg) scale(.8);width:.6rem!important;height:.6rem;border-radius:1px;margin-left:-.3rem}
.sql{position:absolute;top:.42rem;height:.68rem;min-width:1px;background:oklch(48% .13 var(--h));border-radius:1px}
.wait{position:absolute;top:.74rem;border-top:1.5px dotted var(--soft);opacity:.6}
.took{font-size:.82rem}
.row.problem>summary{background:var(--badback)}.row.problem .took,.row.problem .name span{color:var(--bad)}
.row.problem .bar{background:var(--bad)}
.more{padding:.5rem 1rem .8rem calc(1rem + var(--d)*.85rem);background:var(--hover);border-bottom:1px solid var(--line);font-size:.84rem;display:flex;flex-wrap:wrap;gap:.4rem 2.5rem}
dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem .9rem;margin:0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
ol.sqls{margin:0;padding:0;list-style:none}ol.sqls li{display:flex;gap:1rem;justify-content:space-between}
@media (max-width:44rem){body{padding:1rem .7rem 3rem}th,td{padding:.4rem .5rem}.wide{display:none}
.axis{grid-template-columns:minmax(0,1fr)}.axis>:first-child,.axis>:last-child{display:none}
.row summary{grid-template-columns:minmax(0,1fr) auto;gap:0 .5rem;padding:.1rem .6rem}.axis{padding:0 .6rem}
.row .track{grid-column:1/-1;grid-row:2;height:1.15rem}.bar,.sql{top:.15rem}.wait{top:.47rem}.name{--s:.6rem;padding-left:calc(var(--d)*.6rem)}}
`);

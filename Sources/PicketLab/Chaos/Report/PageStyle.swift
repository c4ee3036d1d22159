/// What the page looks like and what it can do; all within it, nothing is fetched.
enum PageStyle {
    static let css = """
        :root{--bg:#fbfbfa;--card:#fff;--ink:#1d2125;--soft:#626b75;--line:#dfe2e6;--band:#f3c9a544;--pass:#1a7f4b;--fail:#c62f36;--unknown:#9a6700;
        --told:#5b6672;--s0:#2266c9;--s1:#c2571a;--accepts:#2f7de1;--replica:#cdd5de;--silent:#e2b13c;--gone:#e9b3b3;--refuses:#a06ad0;
        --w0:#2266c9;--w1:#d06a1f;--w2:#2f9e75;--w3:#9a58c9}
        @media(prefers-color-scheme:dark){:root:not([data-theme=light]){--bg:#14171a;--card:#1c2024;--ink:#e7eaed;--soft:#9aa4ae;--line:#31373d;
        --band:#8a5a3040;--pass:#4cc38a;--fail:#ff6b6b;--unknown:#e2b13c;--told:#9aa4ae;--s0:#6ea8fe;--s1:#f0914a;--accepts:#4c8ff0;--replica:#434c56;
        --silent:#b98a1e;--gone:#7c3a3d;--refuses:#9b6bd0;--w0:#6ea8fe;--w1:#f0914a;--w2:#4cc9a0;--w3:#c08be8}}
        :root[data-theme=dark]{--bg:#14171a;--card:#1c2024;--ink:#e7eaed;--soft:#9aa4ae;--line:#31373d;--band:#8a5a3040;--pass:#4cc38a;--fail:#ff6b6b;
        --unknown:#e2b13c;--told:#9aa4ae;--s0:#6ea8fe;--s1:#f0914a;--accepts:#4c8ff0;--replica:#434c56;--silent:#b98a1e;--gone:#7c3a3d;
        --refuses:#9b6bd0;--w0:#6ea8fe;--w1:#f0914a;--w2:#4cc9a0;--w3:#c08be8}
        *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        a{color:var(--s0)}main{max-width:1480px;margin:0 auto;padding:24px 28px 80px}h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:40px 0 10px}
        h3{font-size:15px;margin:0 0 6px}p{margin:6px 0;max-width:95ch}.soft,small{color:var(--soft)}code{font:13px ui-monospace,monospace;
        overflow-wrap:anywhere}.cards{display:flex;flex-wrap:wrap;gap:14px;margin:18px 0}.card{background:var(--card);border:1px solid var(--line);
        border-radius:10px;padding:14px 18px;flex:1 1 420px;max-width:660px}.card b.big{font-size:22px;display:block}.badge{display:inline-block;border-radius:5px;
        padding:0 8px;font-size:12.5px;font-weight:600;color:var(--card);background:var(--told)}.badge.pass{background:var(--pass)}
        .badge.fail{background:var(--fail)}.badge.unknown{background:var(--unknown)}.wide{overflow-x:auto}table{border-collapse:collapse;
        font-size:13.5px;background:var(--card);border:1px solid var(--line)}th,td{padding:4px 8px;text-align:right;border-bottom:1px solid var(--line);
        white-space:nowrap;font-variant-numeric:tabular-nums}th{font-weight:600;color:var(--soft);font-size:12.5px;vertical-align:bottom}
        td.l,th.l{text-align:left}td.words{white-space:normal;text-align:left;min-width:260px}tr.first td{border-top:2px solid var(--line)}
        .k0{color:var(--s0);font-weight:600}.k1{color:var(--s1);font-weight:600}td.bad{color:var(--fail);font-weight:600}
        details{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:10px 0}summary{cursor:pointer;padding:9px 14px;
        display:flex;gap:12px;align-items:baseline;flex-wrap:wrap}summary b{min-width:210px}.inside{padding:2px 14px 16px}.pair{display:grid;
        grid-template-columns:repeat(auto-fit,minmax(560px,1fr));gap:26px}ol{margin:6px 0;padding-left:24px;font-size:13.5px}
        .controls{display:flex;gap:10px;flex-wrap:wrap;margin:10px 0}.controls input,.controls select,button{font:inherit;font-size:14px;padding:4px 10px;
        border:1px solid var(--line);border-radius:7px;background:var(--card);color:var(--ink)}.legend{display:flex;gap:16px;flex-wrap:wrap;
        font-size:13px;color:var(--soft)}.legend i{display:inline-block;width:14px;height:11px;border-radius:2px;margin-right:5px;vertical-align:-1px}
        svg.timeline{max-width:980px}svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font:11px system-ui,sans-serif}.tick.end{text-anchor:end}
        .tick.middle,.stepno{text-anchor:middle}.stepno{font-weight:700;fill:var(--ink)}.lane{font-size:11.5px}.thread{stroke:var(--line)}
        .grid{stroke:var(--line);stroke-width:.6}.band{fill:var(--band)}.step line{stroke:var(--fail);stroke-width:1;stroke-dasharray:3 2}
        rect.accepts{fill:var(--accepts)}rect.replica{fill:var(--replica)}rect.silent{fill:var(--silent)}rect.gone{fill:var(--gone)}
        rect.refuses{fill:var(--refuses)}.series{fill:none;stroke-width:1.3}.series.w0{stroke:var(--w0)}.series.w1{stroke:var(--w1)}
        .series.w2{stroke:var(--w2)}.series.w3{stroke:var(--w3)}.dot.w0{fill:var(--w0)}.dot.w1{fill:var(--w1)}.dot.w2{fill:var(--w2)}
        .dot.w3{fill:var(--w3)}.event{fill:var(--soft);stroke:var(--card);stroke-width:1}.event.down{fill:var(--fail)}.event.vote{fill:var(--unknown)}
        .event.promoted{fill:var(--refuses)}.event.announced{fill:var(--pass)}.bar0{fill:var(--s0)}.bar1{fill:var(--s1)}.bars text.end{text-anchor:end}
        section table{font-size:12.5px}section th,section td{padding:3px 6px}header{display:flex;justify-content:space-between;gap:20px;align-items:start}@media print{.controls,button{display:none}}
        """

    /// The lists are filtered, and the theme is the reader's; without any of it all is there.
    static let script = """
        const all=[...document.querySelectorAll('details.run')],find=document.getElementById('find'),only=document.getElementById('only');
        function filter(){const words=find.value.toLowerCase(),kind=only.value;for(const d of all)
        d.hidden=!d.dataset.name.includes(words)||(kind&&!d.dataset.verdicts.includes(kind))}
        find.oninput=only.onchange=filter;
        document.getElementById('open').onclick=()=>{const some=all.some(d=>!d.hidden&&!d.open);for(const d of all)if(!d.hidden)d.open=some};
        document.getElementById('theme').onclick=()=>{const r=document.documentElement,dark=r.dataset.theme?r.dataset.theme==='dark':
        matchMedia('(prefers-color-scheme:dark)').matches;r.dataset.theme=dark?'light':'dark'};
        if(location.hash){const d=document.getElementById(location.hash.slice(1));if(d)d.open=true}
        addEventListener('hashchange',()=>{const d=document.getElementById(location.hash.slice(1));if(d){d.open=true;d.scrollIntoView()}});
        """
}

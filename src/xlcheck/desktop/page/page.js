"use strict";
// Sends what is dropped to the program on this machine, and shows what the program says of it.
(() => {
  const at = id => document.getElementById(id), body = document.querySelector("tbody");
  const sending = new Map();  // uploads on their way, by a number of our own: name, how far, what went wrong
  let known = { version: 0, uploads: [], endings: [], most: 0 }, ended = false, number = 0;

  const make = (tag, text = "", kind = "") => {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = kind;
    return made;
  };
  const link = (text, href, kind) => {
    const made = make("a", text, "button " + kind);
    made.href = href;
    return made;
  };
  const post = (path, content) => fetch(path, { method: "POST", body: content });

  // --- showing --------------------------------------------------------------------------------------

  const row = (name, unit, state, numbers, does) => {
    const line = make("tr"), first = make("td", name, "name");
    if (unit) first.append(make("small", unit));
    const last = make("td", "", "does");
    last.append(...does);
    line.append(first, state, ...numbers.map(n => make("td", n, "n")), last);
    return line;
  };
  const none = ["", "", ""];
  const stated = (words, kind) => make("td", words, "state " + kind);

  const rowsOf = upload => {
    const hide = make("button", "移出列表");
    hide.type = "button";
    hide.title = "只从这一页移出，文件留在文件夹里";
    hide.addEventListener("click", () => post(`/uploads/${upload.id}/hide`));
    if (upload.state === "FAILED") return [row(upload.name, "", stated(`${upload.words}：${upload.said}`, "bad long"), none, [hide])];
    if (upload.state !== "DONE") return [row(upload.name, "", stated(upload.words, upload.state === "CHECKING" ? "busy" : ""), none, [])];
    const notes = upload.said ? [row("", "", stated(upload.said, "bad long"), none, [])] : [];
    return [...notes, ...upload.rows.map((one, place) => {
      const does = [];
      one.copies.forEach((ending, number) => {
        const words = number ? `文字说明（${ending}）` : "下载标记副本";
        does.push(link(words, `/uploads/${upload.id}/copies/${place}/${number}`, number ? "" : "copy"));
      });
      if (upload.report && !place) {
        const report = link("看报告", `/uploads/${upload.id}/report`, "");
        report.target = "_blank";
        does.push(report);
      }
      if (!place) does.push(hide);
      if (one.refused || one.said) return row(one.name, one.unit, stated(`${one.conclusion}：${one.said}`, "bad long"), none, does);
      const kind = one.errors ? "bad" : one.verifies || one.not_evaluated ? "" : "good";
      return row(one.name, one.unit, stated(one.conclusion, kind), [one.errors, one.verifies, one.notes], does);
    })];
  };

  const show = () => {
    const lines = known.uploads.flatMap(rowsOf);
    for (const one of sending.values()) {
      lines.push(row(one.name, "", stated(one.failed || `正在放入 ${one.done}%`, one.failed ? "bad long" : "busy"), none, []));
    }
    body.replaceChildren(...lines.reverse());
    document.querySelector("table").hidden = !lines.length;
    at("empty").hidden = lines.length > 0;
    const open = known.uploads.filter(u => u.state === "WAITING" || u.state === "CHECKING").length + [...sending.values()].filter(s => !s.failed).length;
    at("count").textContent = lines.length ? (open ? `还有 ${open} 份没有检查完` : "都检查完了") : "";
    document.title = open ? `（${open}）决算公开表检查` : "决算公开表检查";
    at("folder").textContent = known.folder || "";
    at("program").textContent = known.program ? `xlcheck ${known.program}` : "";
  };

  const lost = words => {
    at("lost").textContent = words;
    at("lost").hidden = !words;
  };

  const follow = async () => {
    while (!ended) {
      try {
        const answer = await fetch(`/state?seen=${known.version}`);
        if (ended) return;
        if (!answer.ok) {
          lost(await answer.text());
          return;
        }
        const told = await answer.json();
        if (ended) return;
        known = told;
        lost("");
        show();
      } catch {
        if (ended) return;
        lost("程序没有回答：它可能已经结束。放进来的文件都在，再运行一次“打开页面”就能接着看。");
        await new Promise(later => setTimeout(later, 1000));
      }
    }
  };

  // --- sending --------------------------------------------------------------------------------------

  const send = (file, name) => new Promise(sent => {
    const mine = ++number, one = { name, done: 0, failed: "" }, request = new XMLHttpRequest();
    sending.set(mine, one);
    show();
    const fail = why => { one.failed = `没有放进来：${why}`; show(); sent(); };
    if (known.most && file.size > known.most) return fail(`文件超过 ${Math.floor(known.most / 1048576)} MB 的上限。`);
    request.upload.addEventListener("progress", event => {
      if (event.lengthComputable) { one.done = Math.floor(100 * event.loaded / event.total); show(); }
    });
    request.addEventListener("load", () => {
      if (request.status !== 200) return fail(request.responseText || `程序说 ${request.status}`);
      sending.delete(mine);
      sent();
    });
    request.addEventListener("error", () => fail("程序没有回答，或者文件读不出来。"));
    request.open("POST", `/uploads?name=${encodeURIComponent(name)}`);
    request.send(file);
  });

  const isWorkbook = name => {
    const small = name.toLowerCase();
    return !/^(~\$|\.)/.test(name) && known.endings.some(ending => small.endsWith(ending));
  };
  // Files of a folder: workbooks and archives by their endings; what was dropped by itself is always taken.
  const inside = async (entry, path, found) => {
    if (entry.isFile) {
      if (isWorkbook(entry.name)) found.push([await new Promise((yes, no) => entry.file(yes, no)), path + entry.name]);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((yes, no) => reader.readEntries(yes, no));
      if (!some.length) return;
      for (const one of some) await inside(one, `${path}${entry.name}/`, found);
    }
  };
  const take = async pairs => { for (const [file, name] of pairs) await send(file, name); };

  const dropped = async transfer => {
    const entries = [...transfer.items].map(item => item.webkitGetAsEntry && item.webkitGetAsEntry());
    const plain = [...transfer.files].filter((_, place) => !(entries[place] && entries[place].isDirectory));
    await take(plain.map(file => [file, file.name]));
    for (const folder of entries.filter(entry => entry && entry.isDirectory)) {
      const found = [];
      try { await inside(folder, "", found); } catch { lost(`读不了文件夹“${folder.name}”。`); }
      if (!found.length) lost(`文件夹“${folder.name}”里没有找到工作簿。`);
      await take(found);
    }
  };

  let depth = 0;
  addEventListener("dragenter", event => { event.preventDefault(); depth++; document.body.classList.add("dragged"); });
  addEventListener("dragleave", () => { if (--depth <= 0) { depth = 0; document.body.classList.remove("dragged"); } });
  addEventListener("dragover", event => event.preventDefault());
  addEventListener("drop", event => {
    event.preventDefault();
    depth = 0;
    document.body.classList.remove("dragged");
    lost("");
    dropped(event.dataTransfer);
  });
  at("choose").addEventListener("click", () => at("files").click());
  at("files").addEventListener("change", async () => {
    const files = [...at("files").files];
    await take(files.map(file => [file, file.name]));
    at("files").value = "";
  });
  at("reveal").addEventListener("click", async () => {
    const answer = await post("/folder");
    if (!answer.ok || !(await answer.json()).opened) lost("没能打开文件夹，请按上面的路径自己打开。");
  });
  at("end").addEventListener("click", async () => {
    const busy = known.uploads.some(u => u.state === "WAITING" || u.state === "CHECKING");
    if (busy && !confirm("还有没检查完的文件，下次打开页面时会接着检查。现在结束吗？")) return;
    ended = true;
    try { await post("/end"); } catch { /* it is ending */ }
    document.querySelectorAll("button").forEach(one => { one.disabled = true; });
    lost("程序已经结束，可以关掉这一页。");
  });
  addEventListener("beforeunload", event => { if ([...sending.values()].some(one => !one.failed)) event.preventDefault(); });
  follow();
})();

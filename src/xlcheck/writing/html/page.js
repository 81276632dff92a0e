(function () {
  'use strict';
  var panel = document.getElementById('panel'), status = document.getElementById('status');
  var shown = null, pinned = false, timer = 0, quiet = false, current = null;
  var all = function (selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); };
  var make = function (tag, name, text) {
    var element = document.createElement(tag);
    if (name) { element.className = name; }
    if (text) { element.textContent = text; }
    return element;
  };
  document.documentElement.classList.add('js');

  // --- the panel: what stands behind one cell, copied from the list of findings -------------------------
  function copy(element) {
    var twin = element.cloneNode(true);
    all('[id]', twin).concat(twin).forEach(function (e) { e.removeAttribute('id'); });
    return twin;
  }

  function button(text, name, act) {
    var element = make('button', '', text);
    element.type = 'button';
    element.setAttribute('aria-label', name);
    element.addEventListener('click', act);
    return element;
  }

  function one(finding, here) {
    var block = make('div', 'one'), said = finding.querySelector('.said'), figures = finding.querySelector('.figures');
    var level = finding.querySelector('.level'), line = make('p');
    var tag = make('span', 'tag ' + 'r' + finding.dataset.rank, finding.dataset.number + ' ' + level.firstElementChild.textContent + ' ' +
      level.childNodes[1].textContent.trim());
    line.appendChild(tag);
    all('.badge', level).forEach(function (b) { line.appendChild(copy(b)); });
    line.appendChild(document.createTextNode(' ' + said.querySelector('p').textContent));
    block.appendChild(line);
    all('.explanation', said).forEach(function (e) { block.appendChild(copy(e)); });
    if (figures) {
      var twin = copy(figures);
      all('a.go', twin).forEach(function (a) {
        if (a.getAttribute('href') === '#' + here) { a.closest('tr').classList.add('here'); }
      });
      block.appendChild(twin);
    }
    var todo = finding.querySelector('.todo').firstChild;
    if (todo && todo.textContent.trim()) { block.appendChild(make('p', 'todo', '怎么改：' + todo.textContent.trim())); }
    var back = make('a', '', '在问题列表中看第 ' + finding.dataset.number + ' 条');
    back.href = '#' + finding.id;
    block.appendChild(back);
    return block;
  }

  function fill(cell, first) {
    var key = cell.dataset.key, here = cell.closest('td').id, sheet = cell.closest('.sheet');
    var numbers = cell.dataset.f.split(' ').filter(Boolean);
    var bar = make('div', 'bar');
    panel.textContent = '';
    bar.appendChild(make('strong', '', sheet.dataset.name + ' ' + cell.dataset.at));
    bar.appendChild(button('上一条 p', '上一条问题', function () { step(-1); }));
    bar.appendChild(button('下一条 n', '下一条问题', function () { step(1); }));
    bar.appendChild(button('关闭', '关闭', function () { close(true); }));
    panel.appendChild(bar);
    if (cell.dataset.c) {
      var cause = document.getElementById(key + '-c' + cell.dataset.c);
      if (cause) {
        var box = make('div', 'cause');
        box.appendChild(make('div', '', cause.querySelector('.said').textContent));
        panel.appendChild(box);
      }
    }
    if (first) { numbers = [first].concat(numbers.filter(function (n) { return n !== first; })); }
    numbers.forEach(function (n) {
      var finding = document.getElementById(key + '-f' + n);
      if (finding) { panel.appendChild(one(finding, here)); }
    });
    if (cell.dataset.more) { panel.appendChild(make('p', 'one', '……另有 ' + cell.dataset.more + ' 条没有列出')); }
  }

  function put(cell) {
    var box = cell.closest('td').getBoundingClientRect(), wide = document.documentElement.clientWidth, high = window.innerHeight;
    var below = high - box.bottom - 16, above = box.top - 60;
    panel.style.maxHeight = 'none';
    var needed = panel.offsetHeight, down = below >= needed || below >= above;
    panel.style.maxHeight = Math.max(180, down ? below : above) + 'px';
    var height = panel.offsetHeight;
    var left = Math.max(12, Math.min(box.left, wide - panel.offsetWidth - 12));
    panel.style.left = left + window.scrollX + 'px';
    panel.style.top = (down ? box.bottom + 6 : box.top - height - 6) + window.scrollY + 'px';
  }

  function show(cell, pin, first) {
    clearTimeout(timer);
    if (pinned && !pin && shown !== cell) { return; }
    if (shown) { shown.classList.remove('on'); shown.removeAttribute('aria-expanded'); }
    if (shown !== cell || first || panel.hidden) { fill(cell, first); }
    shown = cell;
    pinned = pin || pinned;
    panel.hidden = false;
    panel.classList.toggle('pinned', pinned);
    panel.scrollTop = 0;
    cell.classList.add('on');
    cell.setAttribute('aria-expanded', 'true');
    put(cell);
  }

  function close(back) {
    clearTimeout(timer);
    if (!shown) { return; }
    var cell = shown;
    cell.classList.remove('on');
    cell.removeAttribute('aria-expanded');
    shown = null;
    pinned = false;
    panel.hidden = true;
    if (back) { quiet = true; cell.focus({ preventScroll: true }); quiet = false; }
  }

  // --- going to a cell or a finding -----------------------------------------------------------------------
  function bring(element) {
    element.scrollIntoView({ block: 'center', inline: 'nearest' });
    requestAnimationFrame(function () { if (document.contains(element)) { element.scrollIntoView({ block: 'center', inline: 'nearest' }); if (shown) { put(shown); } } });
  }

  function go(id, first) {
    var cell = document.getElementById(id);
    if (!cell) { return false; }
    var sheet = cell.closest('.sheet'), reveal = sheet && sheet.querySelector('.reveal');
    if (cell.tagName !== 'TD') { close(); cell.scrollIntoView(); history.replaceState(null, '', '#' + id); return true; }
    if (reveal && hiddenCell(cell)) { reveal.checked = true; }
    bring(cell);
    cell.classList.remove('flash');
    void cell.offsetWidth;
    cell.classList.add('flash');
    var mark = cell.querySelector('.mk');
    if (mark) {
      quiet = true; mark.focus({ preventScroll: true }); quiet = false;
      pinned = false;
      show(mark, true, first);
    } else {
      close();
      cell.tabIndex = -1;
      cell.focus({ preventScroll: true });
    }
    return true;
  }

  function hiddenCell(cell) {
    var column = cell.closest('table').querySelectorAll('col')[spot(cell).column];
    return cell.parentNode.classList.contains('hide') || (column && column.classList.contains('hide'));
  }

  function spot(cell) {
    var at = /([A-Z]+)([0-9]+)$/.exec(cell.id), column = 0;
    for (var i = 0; at && i < at[1].length; i++) { column = column * 26 + at[1].charCodeAt(i) - 64; }
    return { row: at ? Number(at[2]) : 0, column: column };
  }

  function mark(finding) {
    if (current) { current.classList.remove('cur'); }
    current = finding;
    finding.classList.add('cur');
  }

  function open(finding) {
    var link = finding.querySelector('td > a.go');
    mark(finding);
    status.textContent = '第 ' + finding.dataset.number + ' 条：' + finding.querySelector('.said p').textContent;
    if (link && go(link.getAttribute('href').slice(1), finding.dataset.number)) { return; }
    close();
    finding.focus({ preventScroll: true });
    bring(finding);
  }

  function step(by) {
    var list = all('.finding').filter(function (f) { return !f.hidden; });
    if (!list.length) { return; }
    var at = list.indexOf(current);
    if (at < 0 && shown) {
      var number = shown.dataset.f.split(' ')[0];
      at = list.findIndex(function (f) { return f.id === shown.dataset.key + '-f' + number; });
    }
    at = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
    open(list[at]);
  }

  // --- mouse -------------------------------------------------------------------------------------------------
  document.addEventListener('mouseover', function (event) {
    var cell = event.target.closest('.mk');
    if (cell) {
      clearTimeout(timer);
      if (cell !== shown) { timer = setTimeout(show, 120, cell, false); }
    } else if (event.target.closest('#panel')) {
      clearTimeout(timer);
    } else if (shown && !pinned) {
      clearTimeout(timer);
      timer = setTimeout(close, 300);
    } else { clearTimeout(timer); }
  });

  document.addEventListener('click', function (event) {
    var target = event.target, cell = target.closest('.mk'), link = target.closest('a[href^="#"]');
    if (cell) {
      event.preventDefault();
      pinned = false;
      show(cell, true);
      if (event.detail === 0) { panel.focus({ preventScroll: true }); }
      return;
    }
    if (link) {
      var finding = target.closest('.finding');
      if (finding && link.parentNode.parentNode.parentNode === finding && link.classList.contains('go')) {
        event.preventDefault();
        open(finding);
      } else if (link.classList.contains('go')) {
        if (go(link.getAttribute('href').slice(1))) { event.preventDefault(); }
      } else {
        close();
        var there = document.getElementById(link.getAttribute('href').slice(1));
        if (there && there.classList.contains('finding')) { there.hidden = false; mark(there); }
      }
      return;
    }
    if (target.closest('#panel')) { return; }
    var row = target.closest('.finding');
    if (row && !target.closest('details') && !String(window.getSelection())) { open(row); return; }
    if (pinned) { close(); }
  });

  // --- keyboard ------------------------------------------------------------------------------------------------
  document.addEventListener('focusin', function (event) {
    var cell = event.target.closest('.mk');
    if (quiet) { return; }
    if (cell) { var keep = pinned; pinned = false; show(cell, keep); } else if (shown && !event.target.closest('#panel')) { close(); }
  });

  function neighbour(cell, key) {
    var list = all('.mk', cell.closest('.sheet')), at = list.indexOf(cell);
    if (key === 'ArrowRight') { return list[at + 1]; }
    if (key === 'ArrowLeft') { return list[at - 1]; }
    var here = spot(cell.closest('td')), best = null, least = Infinity;
    list.forEach(function (other) {
      var there = spot(other.closest('td')), rows = (there.row - here.row) * (key === 'ArrowDown' ? 1 : -1);
      var distance = rows * 1000 + Math.abs(there.column - here.column);
      if (rows > 0 && distance < least) { best = other; least = distance; }
    });
    return best;
  }

  document.addEventListener('keydown', function (event) {
    var target = event.target, cell = target.closest('.mk');
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === 'Escape' && shown) { event.preventDefault(); close(true); return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== 'checkbox') { return; }
    if (event.key === 'n' || event.key === 'p') { event.preventDefault(); step(event.key === 'n' ? 1 : -1); return; }
    if (cell && event.key.indexOf('Arrow') === 0) {
      event.preventDefault();
      var next = neighbour(cell, event.key);
      if (next) {
        var sheet = next.closest('.sheet').querySelector('.reveal');
        if (sheet && hiddenCell(next.closest('td'))) { sheet.checked = true; }
        next.focus({ preventScroll: true });
        next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        if (shown) { put(shown); }
      }
    }
  });

  window.addEventListener('resize', function () { if (shown) { put(shown); } });

  // --- filter ---------------------------------------------------------------------------------------------------
  all('.filter').forEach(function (form) {
    var section = form.closest('.findings'), list = all('.finding', section), word = form.querySelector('[type=search]');
    var texts = list.map(function (f) { return f.textContent.toLowerCase(); });
    function apply() {
      var levels = all('[type=checkbox]', form).filter(function (b) { return b.checked; }).map(function (b) { return b.value; });
      var words = word.value.toLowerCase().split(/\s+/).filter(Boolean), count = 0;
      list.forEach(function (finding, i) {
        var fits = levels.indexOf(finding.dataset.rank) >= 0 && words.every(function (w) { return texts[i].indexOf(w) >= 0; });
        finding.hidden = !fits;
        count += fits ? 1 : 0;
      });
      form.querySelector('output').textContent = count === list.length ? '' : '显示 ' + count + ' / ' + list.length + ' 条';
      section.querySelector('.nothing').hidden = count > 0;
    }
    form.addEventListener('input', apply);
    form.addEventListener('submit', function (event) { event.preventDefault(); apply(); });
    apply();
  });

  // --- the overview: sorted by any column, only those with errors ----------------------------------------
  all('.books').forEach(function (table) {
    var body = table.tBodies[0], rows = all('tr', body), form = document.querySelector('.overview .choose');
    function key(row, button) {
      var cell = row.cells[button.dataset.column], text = cell.dataset.value || cell.textContent.trim();
      return 'number' in button.dataset ? parseFloat(text) || 0 : text;
    }
    all('.sort', table).forEach(function (button) {
      button.addEventListener('click', function () {
        var head = button.parentNode, up = head.getAttribute('aria-sort') !== ('number' in button.dataset ? 'descending' : 'ascending');
        var way = ('number' in button.dataset) === up ? -1 : 1;
        all('th', table.tHead).forEach(function (th) { th.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', way < 0 ? 'descending' : 'ascending');
        rows.map(function (row, i) { return [key(row, button), i, row]; }).sort(function (a, b) {
          var order = typeof a[0] === 'number' ? a[0] - b[0] : a[0].localeCompare(b[0], 'zh-CN');
          return way * order || a[1] - b[1];
        }).forEach(function (item) { body.appendChild(item[2]); });
      });
    });
    function choose() {
      var only = form.querySelector('[value=errors]').checked, count = 0;
      rows.forEach(function (row) {
        row.hidden = only && row.dataset.errors === '0';
        count += row.hidden ? 0 : 1;
        var book = document.getElementById(row.querySelector('a').getAttribute('href').slice(1));
        if (book) { book.hidden = row.hidden; }
      });
      form.querySelector('output').textContent = only ? '显示 ' + count + ' / ' + rows.length + ' 份' : '';
    }
    form.addEventListener('input', choose);
    form.addEventListener('submit', function (event) { event.preventDefault(); });
    choose();
  });
  all('.print').forEach(function (button) {
    button.addEventListener('click', function () {
      document.documentElement.classList.add('findings-only');
      window.print();
    });
  });
  window.addEventListener('afterprint', function () { document.documentElement.classList.remove('findings-only'); });

  // --- paper ----------------------------------------------------------------------------------------------------
  var opened = [];
  window.addEventListener('beforeprint', function () {
    close();
    opened = all('details:not([open])');
    opened.forEach(function (d) { d.open = true; });
  });
  window.addEventListener('afterprint', function () { opened.forEach(function (d) { d.open = false; }); opened = []; });

  if (location.hash && document.getElementById(location.hash.slice(1))) { go(location.hash.slice(1)); }
})();

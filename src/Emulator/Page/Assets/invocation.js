// One invocation: its figures, its chart, and views of what was sent and logged.
import { h, ask, bytes, clock, copy, count, milliseconds, say, soon, tabs, visible } from './dom.js';
import { bytesOf, hex, join, kindOf, looseTextOf, pretty, readable, readEvents, readLines, textOf } from './content.js';
import { allowed, draw, phases } from './chart.js';
import { figures } from './figures.js';
import { Watched } from './watched.js';

const pageSize = 400;
const columns = [['#', 'num'], ['Time', 'num'], ['Gap', 'num gap'], ['Size', 'num'], ['On the time axis', 'where'], ['Content', 'content']];

export function showInvocation(element, id, others, actions) {
  const update = soon(render);
  const watched = new Watched(id, update);
  const title = h('h2', { class: 'title' }, 'Invocation');
  const facts = h('p', { class: 'facts' });
  const strip = h('dl', { class: 'figures' });
  const chart = h('div', { class: 'chart' });
  const note = h('p', { class: 'note', hidden: true });
  const failure = h('div', { class: 'failure', hidden: true });
  let told, view, viewName = actions.view();
  const views = tabs('Views of the invocation',
    [['waterfall', 'Waterfall'], ['response', 'Response'], ['headers', 'Headers'], ['event', 'Event'], ['report', 'Report']],
    viewName, (name, panel) => {
      viewName = name;
      actions.onView(name);
      view = { waterfall, response, headers, event, report }[name](watched, panel);
      if (watched.info) view();
    });
  const compareWith = h('select', { 'aria-label': 'Compare with', onfocus: fillOthers, onpointerdown: fillOthers, onchange: () => compareWith.value && actions.onCompare(compareWith.value) },
    h('option', { value: '' }, 'Compare with…'));
  const api = `/api/invocations/${encodeURIComponent(id)}`;
  const exported = (part, what) => async () => {
    try {
      await copy((await (await ask('GET', `${api}/${part}`)).text()).trimEnd(), what);
    } catch (e) {
      say(e.message);
    }
  };
  element.replaceChildren(
    h('div', { class: 'bar' }, title, facts,
      h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'primary', onclick: replay }, 'Replay'),
        h('button', { type: 'button', onclick: exported('curl', 'The curl line is') }, 'Copy curl'),
        h('button', { type: 'button', onclick: exported('test', 'The test is') }, 'Copy test'),
        h('a', { class: 'button', href: `${api}/body`, download: '' }, 'Body'),
        compareWith)),
    failure, strip, chart, note, views.list, views.panel);
  views.choose();

  function fillOthers() {
    const list = others().filter(one => one.id !== id);
    if (compareWith.options.length === list.length + 1) return;
    compareWith.replaceChildren(h('option', { value: '' }, 'Compare with…'),
      ...list.map(one => h('option', { value: one.id }, `${clock(one.begun)} ${one.title} ${one.id.slice(0, 8)}`)));
  }

  async function replay() {
    try {
      const called = await (await ask('POST', `${api}/replay`, {})).json();
      actions.onCalled(called.id);
    } catch (e) {
      say(e.message);
    }
  }

  function render() {
    if (watched.isGone) {
      element.replaceChildren(h('p', { class: 'empty' }, 'This invocation is not kept any more: the last 100 are, and 64 MB.'));
      return;
    }
    if (watched.isOver && told?.ended !== undefined) watched.info = told;
    const { info } = watched;
    if (!info) return;
    title.replaceChildren(visible(info.title, true));
    facts.replaceChildren(badge(info), ` ${info.function} · ${info.door} · ${clock(info.begun)} · `, h('code', { title: info.id }, info.id.slice(0, 8)));
    strip.replaceChildren(...figures(watched).flatMap(([name, value, show]) => value === undefined ? [] : [h('div', {}, h('dt', {}, name), h('dd', {}, show(value)))]), deadline(watched));
    showFailure(failure, info);
    showNote(note, info);
    draw(chart, watched, watched.end);
    view();
  }

  const timer = setInterval(() => { if (!watched.isOver) update(); }, 200);
  const resized = new ResizeObserver(update);
  resized.observe(chart);
  return {
    // What became of the response may be known only when the invocation's own feed has ended.
    tell(info) {
      if (info.id !== id) return;
      told = info;
      update();
    },
    close() {
      clearInterval(timer);
      resized.disconnect();
      watched.close();
    },
  };
}

export function badge(info) {
  const state = info.result && info.result !== 'success' ? 'bad' : info.state === 'ended' ? (info.status >= 400 ? 'warn' : 'good') : 'live';
  const failed = state === 'bad' ? info.result : undefined;
  const text = state === 'live' ? info.state : [info.status, failed].filter(Boolean).join(' ') || info.result || 'refused';
  return h('span', { class: `badge ${state}` }, text);
}

function deadline(watched) {
  const { info } = watched;
  if (info.delivered === undefined) return '';
  const left = info.timeoutMs - ((info.ended ?? watched.end) - info.delivered);
  return h('div', {}, h('dt', {}, 'Time left'), h('dd', {}, left > 0 ? `${milliseconds(left)} of ${milliseconds(info.timeoutMs)}` : 'none'));
}

function showFailure(element, info) {
  element.hidden = !info.error && !info.refusal;
  if (info.refusal) element.replaceChildren(h('strong', {}, `${info.status ?? 'An error'} instead of this response`), h('p', {}, visible(`${info.refusal}.`)));
  if (!info.error) return;
  const from = { platform: 'found by the platform', trailers: 'in the trailers, in the middle of the response', runtime: 'reported instead of a response' }[info.error.from];
  element.replaceChildren(
    h('strong', {}, visible(info.error.type, true)), h('span', { class: 'muted' }, ` ${from}`), h('pre', {}, visible(pretty(info.error.body) ?? info.error.body)));
}

// What the bandwidth means on AWS, as far as there is something to say.
function showNote(element, info) {
  const notes = [];
  if (info.burst !== undefined && info.lastByte !== undefined) {
    const share = info.bytes / allowed(info, info.lastByte);
    const limit = `${bytes(info.burst)} at once, then ${bytes(info.bandwidth)}/s`;
    // Up to the burst nothing is held back, however much of it is used.
    const held = Math.max(0, info.bytes - info.burst) / info.bandwidth * 1000;
    notes.push(share > 0.95 && held > (info.lastByte - info.firstByte) / 2 ? `Lambda's limit held this response back: ${limit}.`
      : `${share < 0.001 ? 'Under 0.1' : (share * 100).toFixed(1)} % of what Lambda lets through in this time: ${limit}.`);
  }
  if (info.keptBytes < info.bytes) notes.push(`The first ${bytes(info.keptBytes)} are kept; of the rest only times and sizes.`);
  if (info.linesLost > 0) notes.push(`${count(info.linesLost)} lines of the log are not kept.`);
  element.hidden = notes.length === 0;
  element.textContent = notes.join(' ');
}

// Chunks and log lines in the order of their time, each chunk with its place on the time axis.
function waterfall(watched, panel) {
  const more = h('button', { type: 'button', hidden: true, onclick: () => { limit += pageSize; draw(); } });
  const table = h('table', { class: 'waterfall' },
    h('caption', { class: 'unseen' }, 'Chunks and log lines in the order of their time'),
    h('thead', {}, h('tr', {}, ...columns.map(([name, css]) => h('th', { scope: 'col', class: css }, name)))));
  const none = h('p', { class: 'empty' }, 'Nothing yet.');
  panel.replaceChildren(table, none, more);
  let limit = pageSize, shown = [];

  function draw() {
    const { chunks, lines, info } = watched;
    const rows = merge(chunks, lines, limit);
    let same = 0;
    while (same < shown.length && same < rows.length && shown[same].item === rows[same].item && shown[same].size === rows[same].size) same++;
    while (table.tBodies.length > same) table.lastChild.remove();
    for (const row of rows.slice(same)) table.append(h('tbody', {}, row.isLine ? lineRow(row) : chunkRow(watched, row)));
    shown = rows;
    table.style.setProperty('--span', Math.max(watched.end, 1));
    table.hidden = rows.length === 0;
    none.hidden = rows.length > 0;
    none.textContent = info.state === 'ended' ? 'The function sent nothing and logged nothing.' : 'Nothing yet.';
    const hidden = chunks.length + lines.length - rows.length;
    more.hidden = hidden === 0;
    more.textContent = `Show ${count(Math.min(pageSize, hidden))} more of ${count(hidden)}`;
  }
  return draw;
}

function merge(chunks, lines, limit) {
  const rows = [];
  let c = 0, l = 0, isPlatform = false;
  while (rows.length < limit && (c < chunks.length || l < lines.length)) {
    if (l >= lines.length || (c < chunks.length && chunks[c].at <= lines[l].at)) {
      rows.push({ item: chunks[c], number: c + 1, size: chunks[c].size, before: chunks[c - 1]?.at });
      c++;
    } else {
      // What an explanation has below its first line is indented.
      isPlatform = /^(START|END|REPORT|INIT_REPORT|ERROR|PROTOCOL:|NOTE:)/.test(lines[l].text) || (isPlatform && lines[l].text.startsWith('    '));
      rows.push({ item: lines[l], isLine: true, isPlatform, size: 0 });
      l++;
    }
  }
  return rows;
}

function lineRow({ item: line, isPlatform }) {
  return h('tr', { class: isPlatform ? 'logline platform' : 'logline' },
    h('td', {}), h('td', { class: 'num' }, milliseconds(line.at)), h('td', { colspan: 4, class: 'content' }, h('span', { class: 'text' }, visible(line.text))));
}

function chunkRow(watched, row) {
  const { item: chunk, before } = row;
  const content = bytesOf(chunk);
  const where = h('td', { class: 'where' }, h('span', { class: 'gap-to' }), h('span', { class: 'bar-at' }));
  where.style.setProperty('--at', chunk.at);
  where.style.setProperty('--gap', chunk.at - (before ?? chunk.at));
  // The first chunk as a rule: where the prelude takes several, they show as what they are.
  const prelude = row.number === 1 ? Math.min(watched.info.preludeLength, content.length) : 0;
  const toggle = h('button', { type: 'button', class: 'peek', 'aria-expanded': 'false', onclick: () => peek(tr, toggle, content) },
    prelude > 0 && h('span', { class: 'tag' }, 'status and headers'),
    prelude > 0 && h('span', { class: 'text muted' }, visible(preview(content.subarray(0, prelude - 8)), true)),
    (prelude < content.length || content.length === 0) && h('span', { class: 'text' }, content.length === 0 ? '(not kept)' : visible(preview(content.subarray(prelude)), true)));
  const tr = h('tr', { class: 'chunk' },
    h('td', { class: 'num' }, chunk.count ? `${row.number} ×${count(chunk.count)}` : String(row.number)),
    h('td', { class: 'num' }, milliseconds(chunk.at)),
    h('td', { class: 'num gap' }, before === undefined ? '' : `+${milliseconds(chunk.at - before)}`),
    h('td', { class: 'num' }, bytes(chunk.size)),
    where,
    h('td', { class: 'content' }, toggle));
  return tr;
}

function preview(content) {
  const text = looseTextOf(content.subarray(0, 1200));
  return text === null ? hexPreview(content) : text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

const hexPreview = content => Array.from(content.subarray(0, 24), byte => byte.toString(16).padStart(2, '0')).join(' ') + (content.length > 24 ? ' …' : '');

// Text and hex of one chunk, below its preview.
function peek(row, toggle, content) {
  const open = row.nextSibling;
  toggle.setAttribute('aria-expanded', !open);
  if (open) {
    open.remove();
    return;
  }
  const text = textOf(content);
  row.after(h('tr', { class: 'peeked' }, h('td', { colspan: columns.length }, h('div', {},
    text !== null && h('pre', {}, visible(text.length > 20_000 ? `${text.slice(0, 20_000)}…` : text)),
    h('pre', { class: 'hex' }, hex(content))))));
}

// The body as what it is.
function response(watched, panel) {
  let drawn = -1, isRaw = false;
  const raw = h('input', { type: 'checkbox', onchange: () => { isRaw = raw.checked; drawn = -1; draw(); } });
  const kindName = h('span', { class: 'muted' });
  const area = h('div', { class: 'body' });
  panel.replaceChildren(h('div', { class: 'line' }, kindName, h('label', { class: 'check' }, raw, ' As it came')), area);

  function draw() {
    const { info } = watched;
    if (drawn === info.bytes) return;
    drawn = info.bytes;
    const pieces = [...watched.bodyPieces(bytesOf)];
    const whole = join(pieces.map(([, piece]) => piece));
    const type = headerOf(info, 'content-type') ?? info.contentType;
    const text = looseTextOf(whole);
    const kind = text === null ? 'binary' : kindOf(type);
    kindName.replaceChildren(visible(`${type ?? 'no content type'} · ${bytes(whole.length)}`, true));
    if (whole.length === 0) area.replaceChildren(h('p', { class: 'empty' }, 'No body so far.'));
    else if (kind === 'binary') area.replaceChildren(h('pre', { class: 'hex' }, hex(whole, 16_384)));
    else if (isRaw || kind === 'text') area.replaceChildren(h('pre', {}, visible(cut(text))));
    else if (kind === 'json') area.replaceChildren(h('pre', {}, visible(cut(pretty(text) ?? text))));
    else if (kind === 'events') area.replaceChildren(eventList(text, times(pieces)));
    else area.replaceChildren(lineList(text, times(pieces)));
  }
  return draw;
}

const cut = text => text.length > 200_000 ? `${text.slice(0, 200_000)}…` : text;
const headerOf = (info, name) => info.headers?.find(header => header[0].toLowerCase() === name)?.[1];

// When the byte at an offset arrived.
function times(pieces) {
  const ends = [];
  let end = 0;
  for (const [chunk, piece] of pieces) ends.push([end += piece.length, chunk.at]);
  return offset => (ends.find(one => one[0] >= offset) ?? ends.at(-1))?.[1];
}

const encoder = new TextEncoder();
const maxItems = 500;

// When the last byte of a part arrived; asked for one part after the other.
function ends(text, at) {
  let offset = 0, byteOffset = 0;
  return part => {
    const end = text.indexOf(part, offset) + part.length;
    byteOffset += encoder.encode(text.slice(offset, end)).length;
    offset = end;
    return at(byteOffset);
  };
}

function eventList(text, at) {
  const blocks = text.split(/(?:\r\n|\r|\n){2,}/).filter(block => block.trim());
  const when = ends(text, at);
  const items = blocks.slice(0, maxItems).map(block => {
    const [event = { data: '' }] = readEvents(`${block}\n\n`);
    return h('li', {},
      h('span', { class: 'when' }, milliseconds(when(block))),
      h('span', { class: 'what' },
        event.comment !== undefined && event.data === '' ? h('span', { class: 'tag' }, 'comment') : h('span', { class: 'tag' }, visible(event.type ?? 'message', true)),
        event.id !== undefined && h('span', { class: 'tag quiet' }, visible(`id ${event.id}`, true)),
        event.retry !== undefined && h('span', { class: 'tag quiet' }, visible(`retry ${event.retry}`, true))),
      h('pre', {}, visible(readable(event.data) ?? (event.data || event.comment || ''))));
  });
  return itemList('Server-sent events', items, blocks.length);
}

function lineList(text, at) {
  const lines = readLines(text);
  const when = ends(text, at);
  const items = lines.slice(0, maxItems).map(line => {
    const json = readable(line);
    return h('li', {},
      h('span', { class: 'when' }, milliseconds(when(line))),
      h('span', { class: 'what' }, json === null && h('span', { class: 'tag bad' }, 'no JSON')),
      h('pre', {}, visible(json ?? line)));
  });
  return itemList('Lines of JSON', items, lines.length);
}

function itemList(label, items, total) {
  const list = h('ol', { class: 'items', 'aria-label': label }, ...items);
  return total > items.length ? h('div', {}, list, h('p', { class: 'muted' }, `The first ${items.length} of ${count(total)} are shown.`)) : list;
}

function headers(watched, panel) {
  return () => {
    const { info } = watched;
    const plain = (info.headers ?? []).filter(header => header[0].toLowerCase() !== 'set-cookie');
    const cookies = (info.headers ?? []).filter(header => header[0].toLowerCase() === 'set-cookie');
    panel.replaceChildren(
      h('h3', {}, 'Status'), h('p', {}, info.status ? String(info.status) : 'None yet.'),
      h('h3', {}, 'Headers'), pairs(plain),
      h('h3', {}, 'Cookies'), pairs(cookies.map(cookie => splitCookie(cookie[1]))),
      h('h3', {}, 'Trailers'), info.error?.from === 'trailers'
        ? pairs([['Lambda-Runtime-Function-Error-Type', info.error.type], ['Lambda-Runtime-Function-Error-Body', info.error.body]])
        : h('p', { class: 'muted' }, 'None.'));
  };
}

function splitCookie(cookie) {
  const equals = cookie.indexOf('=');
  return equals < 0 ? [cookie, ''] : [cookie.slice(0, equals), cookie.slice(equals + 1)];
}

const pairs = list => list.length === 0 ? h('p', { class: 'muted' }, 'None.')
  : h('dl', { class: 'pairs' }, ...list.flatMap(([name, value]) => [h('dt', {}, visible(name, true)), h('dd', {}, visible(String(value), true))]));

function event(watched, panel) {
  const text = h('pre', {});
  panel.replaceChildren(text);
  ask('GET', `/api/invocations/${encodeURIComponent(watched.id)}/event`)
    .then(answer => answer.text()).then(json => text.replaceChildren(visible(cut(pretty(json) ?? json))))
    .catch(e => { text.textContent = e.message; });
  return () => {};
}

// The figures by the platform's names, and where the time went.
function report(watched, panel) {
  return () => {
    const { info, lines } = watched;
    const line = lines.findLast(one => one.text.startsWith('REPORT '));
    panel.replaceChildren(
      h('h3', {}, 'Where the time went'),
      pairs(phases(info, watched.end).map(([, name, from, to]) => [name, milliseconds(to - from)])),
      h('h3', {}, 'platform.report and platform.runtimeDone'),
      info.report ? pairs(Object.entries(info.report).map(([name, value]) => [name, typeof value === 'number' ? String(Math.round(value * 100) / 100) : value]))
        : h('p', { class: 'muted' }, 'It has not ended.'),
      line ? h('pre', {}, visible(line.text.split('\t').join('\n'))) : '');
  };
}

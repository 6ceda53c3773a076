// The list of invocations and what is shown beside it. The address says which one that is: #ID, or #ID,ID for two to compare.
import { h, ask, bytes, clock, count, milliseconds, say, soon, visible } from './dom.js';
import { showCaller } from './caller.js';
import { badge, showInvocation } from './invocation.js';
import { compare } from './compare.js';

const list = document.getElementById('invocations');
const none = document.getElementById('none');
const detail = document.getElementById('detail');
const follow = document.getElementById('follow');
const connection = document.getElementById('connection');
const invocations = new Map();
const rows = new Map();
const render = soon(draw);
// An address with an invocation in it is about that one.
follow.checked = location.hash.length < 2;
let shown = { close() {} }, shownAddress, view = 'waterfall';

const hasSeveralFunctions = () => document.getElementById('function')?.options.length > 1;
const newestFirst = () => [...invocations.values()].reverse();
const chosenIds = () => location.hash.slice(1).split(',').filter(id => id);
const choose = (...ids) => { location.hash = ids.join(','); };

function draw() {
  none.hidden = invocations.size > 0;
  for (const [id, row] of rows) {
    if (invocations.has(id)) continue;
    row.element.remove();
    rows.delete(id);
  }
  const chosen = chosenIds();
  if (follow.checked) followNewest(chosen);
  let before = null;
  for (const info of invocations.values()) {
    let row = rows.get(info.id);
    if (!row) {
      row = { element: h('li', { role: 'option', id: `row-${info.id}`, tabindex: '-1' }) };
      rows.set(info.id, row);
      list.prepend(row.element);
    }
    if (row.info !== info) row.element.replaceChildren(...cells(info));
    row.info = info;
    const isChosen = chosen.includes(info.id);
    row.element.setAttribute('aria-selected', isChosen);
    row.element.tabIndex = isChosen ? 0 : -1;
    before = row.element;
  }
  if (before && !list.querySelector('[tabindex="0"]')) before.tabIndex = 0;
}

// One that still runs is not taken away from who looks at it.
function followNewest(chosen) {
  const newest = newestFirst()[0];
  if (!newest || chosen.length > 1 || chosen[0] === newest.id) return;
  const current = invocations.get(chosen[0]);
  if (!current || current.state === 'ended') choose(newest.id);
}

function cells(info) {
  const span = Math.max(info.ended ?? info.lastByte ?? 1, 1);
  const meter = h('span', { class: 'meter', 'aria-hidden': 'true' });
  meter.style.setProperty('--from', (info.firstByte ?? span) / span);
  meter.style.setProperty('--to', (info.lastByte ?? span) / span);
  return [
    h('span', { class: 'row-top' }, badge(info), h('span', { class: 'row-title' }, visible(info.title, true))),
    h('span', { class: 'row-facts' },
      h('time', {}, clock(info.begun)), hasSeveralFunctions() && h('span', {}, info.function),
      h('span', {}, `${count(info.chunks)} chunk${info.chunks === 1 ? '' : 's'}`), h('span', {}, bytes(info.bytes)),
      h('span', {}, info.ended === undefined ? '' : milliseconds(info.ended))),
    meter,
  ];
}

function show() {
  const ids = chosenIds();
  const address = ids.join(',');
  if (address === shownAddress) return;
  shownAddress = address;
  shown.close();
  shown = { close() {} };
  if (ids.length === 0) {
    detail.replaceChildren(h('p', { class: 'empty' }, 'Choose an invocation, or call a function.'));
  } else if (ids.length === 1) {
    shown = showInvocation(detail, ids[0], newestFirst, {
      view: () => view,
      onView: name => { view = name; },
      onCalled: called,
      onCompare: other => choose(ids[0], other),
    });
  } else {
    shown = compare(detail, ids[0], ids[1], () => choose(ids[0]));
  }
  render();
}

function called(id) {
  choose(id);
  if (matchMedia('(max-width: 899px)').matches) detail.scrollIntoView();
}

function pick(id) {
  follow.checked = false;
  called(id);
}

list.addEventListener('click', event => {
  const row = event.target.closest('[role=option]');
  if (row) pick(row.id.slice(4));
});
list.addEventListener('keydown', event => {
  const row = event.target.closest('[role=option]');
  if (!row) return;
  const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling, Home: list.firstElementChild, End: list.lastElementChild }[event.key];
  if (next) {
    event.preventDefault();
    pick(next.id.slice(4));
    next.focus();
  } else if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    pick(row.id.slice(4));
  }
});
document.getElementById('clear').addEventListener('click', () => ask('DELETE', '/api/invocations').catch(e => say(e.message)));
follow.addEventListener('change', render);
addEventListener('hashchange', show);

const feed = new EventSource('/api/feed');
feed.addEventListener('open', () => {
  // The feed begins with everything that is kept.
  invocations.clear();
  connection.textContent = 'Live';
  connection.className = 'live';
  render();
});
feed.addEventListener('error', () => {
  connection.textContent = 'The emulator does not answer';
  connection.className = 'lost';
});
feed.addEventListener('invocation', event => {
  const info = JSON.parse(event.data);
  invocations.set(info.id, info);
  shown.tell?.(info);
  render();
});
feed.addEventListener('removed', event => {
  invocations.delete(JSON.parse(event.data).id);
  render();
});

showCaller(document.getElementById('caller'), called).catch(e => say(e.message));
show();

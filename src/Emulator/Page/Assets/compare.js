// Two invocations on one time axis, and their figures side by side.
import { h, bytes, count, milliseconds, soon } from './dom.js';
import { bytesOf, join } from './content.js';
import { draw } from './chart.js';
import { figures } from './figures.js';
import { Watched } from './watched.js';

export function compare(element, firstId, secondId, onClose) {
  const update = soon(render);
  const pair = [new Watched(firstId, update), new Watched(secondId, update)];
  const charts = pair.map(() => h('div', { class: 'chart' }));
  const titles = pair.map((_, i) => h('h3', { class: 'mono' }, i === 0 ? 'A' : 'B'));
  const body = h('tbody');
  const difference = h('p', { class: 'difference', role: 'status' });
  element.replaceChildren(
    h('div', { class: 'bar' }, h('h2', {}, 'Comparison'), h('button', { type: 'button', onclick: onClose }, 'Close the comparison')),
    titles[0], charts[0], titles[1], charts[1],
    h('table', { class: 'figures-table' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, ''), h('th', { scope: 'col' }, 'A'), h('th', { scope: 'col' }, 'B'), h('th', { scope: 'col' }, 'B − A'))),
      body),
    difference);

  function render() {
    const gone = pair.find(watched => watched.isGone);
    if (gone) {
      difference.textContent = `${gone.id} is not kept any more.`;
      return;
    }
    if (!pair.every(watched => watched.info)) return;
    const end = Math.max(...pair.map(watched => watched.end));
    for (const [i, watched] of pair.entries()) {
      titles[i].textContent = `${'AB'[i]}  ${watched.info.title}  ${watched.id.slice(0, 8)}`;
      draw(charts[i], watched, end);
    }
    const [a, b] = pair.map(figures);
    body.replaceChildren(...a.map(([name, value, show], i) => h('tr', {},
      h('th', { scope: 'row' }, name), h('td', {}, show(value)), h('td', {}, show(b[i][1])), h('td', {}, delta(value, b[i][1], show)))));
    difference.textContent = bodies(pair);
  }

  const timer = setInterval(() => { if (pair.some(watched => !watched.isOver)) update(); }, 200);
  return {
    close() {
      clearInterval(timer);
      for (const watched of pair) watched.close();
    },
  };
}

function delta(a, b, show) {
  if (typeof a !== 'number' || typeof b !== 'number') return '';
  const change = b - a;
  return change === 0 ? '=' : `${change > 0 ? '+' : '−'}${show(Math.abs(change))}`;
}

function bodies(pair) {
  const [a, b] = pair.map(watched => join([...watched.bodyPieces(bytesOf)].map(([, piece]) => piece)));
  const length = Math.min(a.length, b.length);
  let same = 0;
  while (same < length && a[same] === b[same]) same++;
  const isWhole = pair.every(watched => watched.info.keptBytes === watched.info.bytes);
  if (same === a.length && same === b.length) return isWhole ? 'Both sent the same bytes.' : `Both sent the same in the ${bytes(same)} that are kept.`;
  return `The bodies differ from byte ${count(same)} on.`;
}

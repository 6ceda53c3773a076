// A response over time: what the platform was at, each chunk, and how many bytes there were so far.
import { svg, bytes, milliseconds, count } from './dom.js';

const height = 150;
const left = 8, right = 8, top = 24, base = 112;

function niceStep(span, width) {
  const wanted = span / Math.max(2, width / 110);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [1, 2, 5, 10].map(factor => factor * power).find(step => step >= wanted);
}

// The bytes that Lambda lets through until a time: a burst at once, the rest at a rate.
export const allowed = (info, at) => info.burst === undefined ? Infinity : info.burst + info.bandwidth * Math.max(0, at - info.firstByte) / 1000;

export function phases(info, end) {
  const begin = info.delivered ?? end;
  const first = info.firstByte ?? info.answered ?? info.ended ?? end;
  const last = info.state === 'responding' ? end : info.lastByte ?? first;
  return [
    ['wait', 'Waiting for a process', 0, begin],
    ['run', 'Running, no byte yet', begin, Math.max(begin, first)],
    ['stream', 'Streaming', first, last],
    ['finish', 'After the last byte', last, info.ended ?? end],
  ].filter(phase => phase[3] > phase[2]);
}

export function draw(element, watched, end) {
  const { info, chunks, lines } = watched;
  const width = Math.max(240, element.clientWidth);
  const span = Math.max(end, 1);
  const x = at => left + (width - left - right) * at / span;
  const total = Math.max(1, info.bytes);
  const y = size => base - (base - top - 10) * size / total;
  const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': describe(info) });

  for (const [name, title, from, to] of phases(info, end)) {
    const bar = svg('rect', { class: `phase ${name}`, x: x(from), y: 8, width: Math.max(1, x(to) - x(from)), height: 8, rx: 2 });
    const tip = svg('title');
    tip.textContent = `${title}: ${milliseconds(to - from)}`;
    bar.append(tip);
    root.append(bar);
  }

  const step = niceStep(span, width);
  for (let at = 0; at <= span * 1.0001; at += step) {
    root.append(svg('line', { class: 'grid', x1: x(at), x2: x(at), y1: top, y2: base }));
    const label = svg('text', { class: 'axis', x: Math.min(Math.max(x(at), left), width - right), y: height - 6, 'text-anchor': at === 0 ? 'start' : x(at) > width - 50 ? 'end' : 'middle' });
    label.textContent = milliseconds(at);
    root.append(label);
  }

  // As many columns as there are pixels: what falls into the same one is drawn once.
  const columns = [];
  let sum = 0;
  for (const chunk of chunks) {
    sum += chunk.size;
    const here = Math.round(x(chunk.at));
    if (columns.at(-1)?.[0] === here) columns.at(-1)[1] = sum;
    else columns.push([here, sum]);
  }
  if (chunks.length > 0) {
    const steps = columns.map(([here, sent]) => ` H ${here} V ${y(sent).toFixed(1)}`).join('');
    root.append(svg('path', { class: 'sum', d: `M ${x(info.firstByte ?? end)} ${base}${steps} H ${x(info.state === 'responding' ? end : info.lastByte)} V ${base} Z` }));
    if (isNearLimit(info)) root.append(limitLine(info, x, y, end, total));
    const most = svg('text', { class: 'axis', x: left + 2, y: top + 8 });
    most.textContent = bytes(info.bytes);
    root.append(most);
  }
  root.append(svg('path', { class: 'tick', d: columns.map(([here]) => `M ${here} ${base} v 9`).join(' ') }));
  let lastLine = -10;
  for (const line of lines) {
    if (x(line.at) - lastLine < 3) continue;
    lastLine = x(line.at);
    root.append(svg('circle', { class: 'logged', cx: lastLine, cy: base + 15, r: 2 }));
  }

  const deadline = (info.delivered ?? 0) + info.timeoutMs;
  if (info.delivered !== undefined && deadline <= span) {
    root.append(svg('line', { class: 'deadline', x1: x(deadline), x2: x(deadline), y1: 4, y2: base + 10 }));
    const label = svg('text', { class: 'axis deadline-label', x: x(deadline) - 4, y: top + 8, 'text-anchor': 'end' });
    label.textContent = 'deadline';
    root.append(label);
  }
  root.append(svg('line', { class: 'base', x1: left, x2: width - right, y1: base, y2: base }));
  element.replaceChildren(root);
}

const isNearLimit = info => info.burst !== undefined && info.lastByte !== undefined && info.bytes > allowed(info, info.lastByte) / 3;

function limitLine(info, x, y, end, total) {
  const points = [];
  for (let i = 0; i <= 40; i++) {
    const at = info.firstByte + (end - info.firstByte) * i / 40;
    const limit = allowed(info, at);
    if (limit > total * 1.02) break;
    points.push(`${x(at).toFixed(1)},${y(limit).toFixed(1)}`);
  }
  return svg('polyline', { class: 'limit', points: points.join(' ') });
}

function describe(info) {
  const first = info.firstByte === undefined ? 'no byte yet' : `first byte after ${milliseconds(info.firstByte)}, last after ${milliseconds(info.lastByte)}`;
  return `${count(info.chunks)} chunks, ${bytes(info.bytes)}; ${first}`;
}

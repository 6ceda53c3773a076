// The figures of an invocation: name, value, how it is shown.
import { bytes, count, milliseconds } from './dom.js';

const text = value => value ?? '–';
const size = value => value === undefined ? '–' : bytes(value);

export function figures(watched) {
  const { info, chunks } = watched;
  const streamed = info.lastByte - info.firstByte;
  return [
    ['Status', info.status, text],
    ['First byte', info.firstByte === undefined ? undefined : info.firstByte - (info.delivered ?? 0), milliseconds],
    ['Duration', info.report?.durationMs, milliseconds],
    ['Init', info.report?.initDurationMs, milliseconds],
    ['Streaming', info.firstByte === undefined ? undefined : streamed, milliseconds],
    ['Longest gap', longestGap(chunks), milliseconds],
    ['Chunks', info.chunks, count],
    ['Bytes', info.bytes, size],
    ['Rate', info.chunks > 1 && streamed > 0 ? info.bytes / streamed * 1000 : undefined, value => value === undefined ? '–' : `${bytes(Math.round(value))}/s`],
    ['Billed', info.report?.billedDurationMs, milliseconds],
    ['Memory', info.report?.maxMemoryUsedMB, value => value === undefined ? '–' : `${value} MB`],
  ];
}

export function longestGap(chunks) {
  let gap;
  for (let i = 1; i < chunks.length; i++) gap = Math.max(gap ?? 0, chunks[i].at - chunks[i - 1].at);
  return gap;
}

// What a response's bytes are: text, hex, server-sent events, JSON lines.

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

// A chunk's bytes, as far as they are kept.
export const bytesOf = chunk => chunk.bytes ??= decode(chunk);

function decode(chunk) {
  if (chunk.text !== undefined) return encoder.encode(chunk.text);
  if (chunk.base64 === undefined) return new Uint8Array();
  return Uint8Array.from(atob(chunk.base64), c => c.charCodeAt(0));
}

export function join(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    whole.set(piece, end);
    end += piece.length;
  }
  return whole;
}

// Null: these bytes are no text.
export function textOf(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

// A chunk may end in the middle of a character: that is no reason to call a text binary.
export function looseTextOf(bytes) {
  const text = new TextDecoder().decode(bytes);
  const strange = [...text.slice(0, 2000)].filter(c => c === '\ufffd' || (c < ' ' && !'\n\r\t'.includes(c))).length;
  return strange > text.length / 20 ? null : text;
}

export function hex(bytes, limit = 4096) {
  const lines = [];
  for (let at = 0; at < Math.min(bytes.length, limit); at += 16) {
    const row = bytes.subarray(at, Math.min(at + 16, limit));
    const digits = Array.from(row, byte => byte.toString(16).padStart(2, '0'));
    const left = digits.slice(0, 8).join(' ').padEnd(23);
    const right = digits.slice(8).join(' ').padEnd(23);
    const text = Array.from(row, byte => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·').join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${left}  ${right}  ${text}`);
  }
  if (bytes.length > limit) lines.push(`… and ${bytes.length - limit} more bytes`);
  return lines.join('\n');
}

// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
export function readEvents(text) {
  const events = [];
  let event = {};
  let data = [];
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  for (const [i, line] of lines.entries()) {
    if (line === '') {
      if (i === lines.length - 1 && data.length === 0 && !event.comment && !event.type) break;
      if (data.length > 0 || event.comment !== undefined || event.retry !== undefined) events.push({ ...event, data: data.join('\n'), isComplete: true });
      event = {};
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === '') event.comment = value;
    else if (field === 'event') event.type = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') event.id = value;
    else if (field === 'retry') event.retry = value;
  }
  if (data.length > 0 || event.type) events.push({ ...event, data: data.join('\n'), isComplete: false });
  return events;
}

export const readLines = text => text.split('\n').filter(line => line.trim() !== '');

export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

// The same on one line where it is short: a row of an export, a word of a model. Within a string no line ends.
export function readable(text) {
  const json = pretty(text);
  const line = json?.replace(/\n */g, ' ');
  return line?.length <= 120 ? line : json;
}

// What a response is, by its content type.
export function kindOf(contentType) {
  const type = (contentType ?? '').split(';')[0].trim().toLowerCase();
  if (type === 'text/event-stream') return 'events';
  if (/^application\/(x-ndjson|jsonl|jsonlines|ndjson|json-seq|x-jsonlines)$/.test(type)) return 'lines';
  if (type === 'application/json' || type.endsWith('+json')) return 'json';
  return 'text';
}

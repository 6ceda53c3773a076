// Elements, and how numbers and foreign text are shown. Whatever a function or a caller has sent becomes text nodes, never markup.

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== undefined && child !== null && child !== false));
  return element;
}

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// What cannot be seen, or would change how its surroundings are seen (bidi), is shown as its code.
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const unseenInLine = new RegExp(`[\\n\\t]|${unseen.source}`, 'g');
const names = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\0': '\\0' };

export function visible(text, isLine = false) {
  const fragment = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(isLine ? unseenInLine : unseen)) {
    fragment.append(text.slice(end, match.index));
    const code = names[match[0]] ?? `\\u${match[0].charCodeAt(0).toString(16).padStart(4, '0')}`;
    fragment.append(h('span', { class: 'code' }, code));
    end = match.index + match[0].length;
  }
  fragment.append(text.slice(end));
  return fragment;
}

export function milliseconds(value) {
  if (value === undefined || value === null) return '–';
  if (value === 0) return '0';
  if (value < 9.95) return `${value.toFixed(1)} ms`;
  if (value < 999.5) return `${Math.round(value)} ms`;
  if (value < 59_950) return `${(value / 1000).toFixed(2)} s`;
  const seconds = Math.round(value / 1000);
  return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`;
}

export const clock = time => new Date(time).toLocaleTimeString([], { hour12: false });

export function bytes(value) {
  if (value < 1000) return `${value} B`;
  if (value < 1024 * 1000) return `${(value / 1024).toFixed(value < 10_240 ? 1 : 0)} KB`;
  return `${(value / 1024 / 1024).toFixed(value < 10_485_760 ? 2 : 1)} MB`;
}

export const count = value => value.toLocaleString('en');

export function say(text) {
  const said = document.getElementById('said');
  said.textContent = text;
  clearTimeout(said.timer);
  said.timer = setTimeout(() => { said.textContent = ''; }, 4000);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
  } catch {
    say('The browser does not let the page copy: select the text instead');
  }
}

export async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: method === 'GET' ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) {
    const error = await response.json().catch(() => ({}));
    throw new Error(error.message ?? error.Message ?? `${response.status} ${response.statusText}`);
  }
  return response;
}

// Runs at most once a frame, at most ten times a second, and for a quarter of the time at most: a function may send ten thousand chunks in a second,
// and who looks at them wants to scroll.
export function soon(work) {
  let waits = false, next = 0;
  return () => {
    if (waits) return;
    waits = true;
    setTimeout(() => requestAnimationFrame(() => {
      waits = false;
      const begin = performance.now();
      work();
      const end = performance.now();
      next = begin + Math.max(100, 4 * (end - begin));
    }), Math.max(0, next - performance.now()));
  };
}

// One of several views, by tabs that arrow keys walk through.
export function tabs(label, views, chosen, onChoose) {
  const list = h('div', { role: 'tablist', 'aria-label': label, class: 'tabs' });
  const panel = h('div', { role: 'tabpanel', class: 'panel', tabindex: '0', id: 'tab-panel' });
  const buttons = views.map(([name, title]) => h('button', {
    type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': 'tab-panel',
    onclick: () => choose(name),
    onkeydown: event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = (views.findIndex(view => view[0] === name) + step + views.length) % views.length;
      choose(views[next][0]);
      buttons[next].focus();
    },
  }, title));
  const choose = name => {
    for (const [i, button] of buttons.entries()) {
      const isChosen = views[i][0] === name;
      button.setAttribute('aria-selected', isChosen);
      button.tabIndex = isChosen ? 0 : -1;
    }
    panel.setAttribute('aria-labelledby', `tab-${name}`);
    onChoose(name, panel);
  };
  list.append(...buttons);
  return { list, panel, choose: () => choose(chosen) };
}

// The functions, how each is set, and the form that calls them.
import { h, ask, copy, say } from './dom.js';
import { readyMade } from './events.js';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const storage = 'local-lambda-examples';

export async function showCaller(element, onCalled) {
  const { functions, apis } = await (await ask('GET', '/api/functions')).json();
  const name = h('select', { id: 'function', onchange: showFunction }, ...functions.map(f => h('option', { value: f.name }, f.name)),
    // No function has a space in its name.
    ...apis.map(a => h('option', { value: `API ${a.name}` }, `${a.kind === 'restApi' ? 'REST' : 'HTTP'} API ${a.name}`)));
  const about = h('div', { class: 'about' });
  const kind = ['HTTP request', 'Event'].map((label, i) => h('label', { class: 'check' },
    h('input', { type: 'radio', name: 'kind', value: i === 0 ? 'http' : 'event', checked: i === 0, onchange: showKind }), ` ${label}`));
  const method = h('select', { id: 'method', 'aria-label': 'Method' }, ...methods.map(m => h('option', {}, m)));
  const path = h('input', { id: 'path', 'aria-label': 'Path and query', value: '/', spellcheck: 'false', autocomplete: 'off', class: 'mono' });
  const headers = h('textarea', { id: 'headers', rows: 2, spellcheck: 'false', class: 'mono', placeholder: 'accept: text/event-stream' });
  const body = h('textarea', { id: 'body', rows: 3, spellcheck: 'false', class: 'mono' });
  const event = h('textarea', { id: 'event', rows: 8, spellcheck: 'false', class: 'mono', value: '{}' });
  const ready = h('select', { id: 'ready', onchange: takeReady },
    h('option', { value: '' }, 'Ready-made events'), ...Object.keys(readyMade).map(title => h('option', {}, title)));
  const saved = h('select', { id: 'saved', 'aria-label': 'Saved examples', onchange: takeSaved });
  const error = h('p', { class: 'error', role: 'alert' });
  const http = h('div', { class: 'fields' },
    h('div', { class: 'line' }, method, path),
    h('label', { for: 'headers' }, 'Headers, one a line'), headers,
    h('label', { for: 'body' }, 'Body'), body);
  const events = h('div', { class: 'fields', hidden: true },
    h('label', { for: 'ready' }, 'Start from'), ready, h('label', { for: 'event' }, 'Event, JSON'), event);
  const submit = h('button', { type: 'submit', class: 'primary', title: 'Ctrl+Enter' }, 'Call');
  const form = h('form', { onsubmit: call, onkeydown: e => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) call(e); } },
    h('div', { class: 'line', role: 'radiogroup', 'aria-label': 'What to send' }, ...kind), http, events,
    h('div', { class: 'line' }, submit, saved,
      h('button', { type: 'button', onclick: save }, 'Save'), h('button', { type: 'button', onclick: remove }, 'Delete')),
    error);
  element.replaceChildren(
    h('div', { class: 'bar' }, h('h2', {}, h('label', { for: 'function' }, apis.length > 0 ? 'Function or API' : 'Function')), name), about, form);
  showFunction();
  showSaved();

  function chosenApi() {
    return apis.find(one => `API ${one.name}` === name.value);
  }

  function showFunction() {
    const api = chosenApi();
    if (api) return showApi(api);
    const f = functions.find(one => one.name === name.value);
    about.replaceChildren(
      f.url ? h('p', {}, h('a', { href: f.url, target: '_blank', rel: 'noreferrer' }, f.url)) : h('p', { class: 'muted' }, 'No function URL: invoke it with an event.'),
      h('div', { class: 'curl' }, h('code', {}, f.curl), h('button', { type: 'button', onclick: () => copy(f.curl, 'The curl line is') }, 'Copy')),
      h('details', {}, h('summary', {}, 'Settings'),
        h('dl', { class: 'settings' }, ...Object.entries(f.settings).flatMap(([key, value]) => [h('dt', {}, key), h('dd', {}, value)]))));
    if (!f.url) form.elements.kind.value = 'event';
    form.elements.kind[0].disabled = !f.url;
    form.elements.kind[1].disabled = false;
    showKind();
  }

  function showApi(api) {
    about.replaceChildren(
      h('p', {}, h('a', { href: api.url, target: '_blank', rel: 'noreferrer' }, api.url)),
      api.curl ? h('div', { class: 'curl' }, h('code', {}, api.curl), h('button', { type: 'button', onclick: () => copy(api.curl, 'The curl line is') }, 'Copy'))
        : h('p', { class: 'muted' }, 'An authorizer closes each route: start the emulator with --auth NONE to open them.'),
      h('details', { open: true }, h('summary', {}, 'Routes; the path below has no stage'), h('ul', { class: 'routes mono' }, ...api.routes.map(route => h('li', {}, route)))));
    form.elements.kind.value = 'http';
    form.elements.kind[0].disabled = false;
    form.elements.kind[1].disabled = true;
    showKind();
  }

  function showKind() {
    const isHttp = form.elements.kind.value === 'http';
    http.hidden = !isHttp;
    events.hidden = isHttp;
  }

  function takeReady() {
    if (ready.value) event.value = JSON.stringify(readyMade[ready.value], null, 2);
  }

  function fields() {
    return { function: name.value, kind: form.elements.kind.value, method: method.value, path: path.value, headers: headers.value, body: body.value, event: event.value };
  }

  async function call(e) {
    e.preventDefault();
    error.textContent = '';
    submit.disabled = true;
    try {
      const given = fields();
      const request = given.kind === 'http'
        ? { ...(chosenApi() ? { api: chosenApi().name } : { function: given.function }), method: given.method, path: given.path, headers: readHeaders(given.headers), body: given.body || undefined }
        : { function: given.function, event: readEvent(given.event) };
      const called = await (await ask('POST', '/api/calls', request)).json();
      if (called.id) onCalled(called.id);
      else error.textContent = called.status ? `${called.status}: ${called.refused}` : called.refused;
    } catch (e) {
      error.textContent = e.message;
    } finally {
      submit.disabled = false;
    }
  }

  function readSaved() {
    try {
      return JSON.parse(localStorage.getItem(storage)) ?? {};
    } catch {
      return {};
    }
  }

  function showSaved(current = '') {
    saved.replaceChildren(h('option', { value: '' }, 'Saved examples'), ...Object.keys(readSaved()).sort().map(title => h('option', {}, title)));
    saved.value = current;
  }

  function takeSaved() {
    const given = readSaved()[saved.value];
    if (!given) return;
    if ([...name.options].some(option => option.value === given.function)) name.value = given.function;
    showFunction();
    form.elements.kind.value = given.kind;
    method.value = given.method;
    path.value = given.path;
    headers.value = given.headers;
    body.value = given.body;
    event.value = given.event;
    showKind();
  }

  function save() {
    const given = fields();
    const title = prompt('Save this call as', saved.value || (given.kind === 'http' ? `${given.method} ${given.path}` : ready.value || 'event'));
    if (!title) return;
    localStorage.setItem(storage, JSON.stringify({ ...readSaved(), [title]: given }));
    showSaved(title);
    say('Saved in this browser');
  }

  function remove() {
    const { [saved.value]: gone, ...others } = readSaved();
    if (!gone) return say('Choose the saved example to delete');
    localStorage.setItem(storage, JSON.stringify(others));
    showSaved();
  }
}

function readHeaders(text) {
  return text.split('\n').filter(line => line.trim()).map(line => {
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`'${line}' is no header. Write 'name: value'.`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
}

function readEvent(text) {
  try {
    return JSON.parse(text);
  } catch (e) {
    throw new Error(`The event is no JSON: ${e.message}`);
  }
}

// What the page does beside what it says: sliders over the journal's days, drafts that are kept, changes taken in live.
// Everything else works without this file.
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('js');

  // --- Sliders: each step is a day on which something changed; the last step is the present. ---
  let days = null;
  async function daysOfJournal() {
    if (!days) days = fetch('/days', { headers: { accept: 'application/json' } }).then((r) => (r.ok ? r.json() : {}));
    return days;
  }

  async function setUpSliders() {
    const fields = document.querySelectorAll('.times [data-time]');
    if (fields.length === 0) return;
    const known = await daysOfJournal();
    for (const field of fields) {
      const input = field.querySelector('input:not([type=range])');
      const slider = field.querySelector('.slider');
      const label = field.querySelector('.slider-day');
      const steps = known[field.dataset.time] || [];
      if (!slider || steps.length === 0) continue;
      slider.max = String(steps.length);
      const day = input.value.slice(0, 10);
      const at = input.value === '' ? steps.length : steps.filter((step) => step <= day).length - 1;
      slider.value = String(Math.max(at, 0));
      const show = () => {
        const step = steps[Number(slider.value)];
        label.textContent = step || 'now';
        slider.setAttribute('aria-valuetext', step || 'now');
      };
      show();
      slider.oninput = show;
      slider.onchange = () => {
        input.value = steps[Number(slider.value)] || '';
        ask(input.form);
      };
    }
  }

  // Asks with what the form holds, without leaving the place on the page.
  function ask(form) {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== '') query.append(name, value);
    const text = query.toString();
    const path = form.getAttribute('action') + (text ? '?' + text : '');
    history.pushState({ asked: true }, '', path);
    return take(path);
  }

  // Puts another page in place of this one: what is the same stays, with focus, scroll and what is open.
  function morph(page) {
    const open = new Set(Array.from(document.querySelectorAll('details[open] > summary'), (one) => one.textContent));
    for (const summary of page.querySelectorAll('details > summary')) {
      if (open.has(summary.textContent)) summary.parentElement.open = true;
    }
    Idiomorph.morph(document.body, page.body.innerHTML, { morphStyle: 'innerHTML', ignoreActiveValue: true });
  }

  // Takes in the page at an address, keeping scroll, focus and what is being typed.
  let taking = 0;
  async function take(path) {
    const number = ++taking;
    root.setAttribute('aria-busy', 'true');
    try {
      const response = await fetch(path, { headers: { accept: 'text/html' } });
      const text = await response.text();
      if (number !== taking) return;
      const page = new DOMParser().parseFromString(text, 'text/html');
      document.title = page.title;
      morph(page);
      document.body.dataset.position = page.body.dataset.position || '';
      days = null;
      await setUp();
    } catch (error) {
      offline(true);
    } finally {
      root.removeAttribute('aria-busy');
    }
  }
  addEventListener('popstate', () => take(location.pathname + location.search));

  // --- Live: asks whether anything has changed, and takes it in. ---
  const notice = () => document.getElementById('notice');
  function offline(is) {
    const box = notice();
    if (!box) return;
    let line = box.querySelector('.offline');
    if (is && !line) {
      line = document.createElement('p');
      line.className = 'offline';
      line.textContent = 'The server cannot be reached. What you see may be old; what you type is kept.';
      box.append(line);
    } else if (!is && line) line.remove();
  }

  function tell(text) {
    const box = notice();
    if (!box) return;
    let line = box.querySelector('.news');
    if (!line) {
      line = document.createElement('p');
      line.className = 'news';
      box.append(line);
    }
    line.textContent = text;
  }

  const isBusy = () => {
    const active = document.activeElement;
    const types = active && active.matches('input:not([type=range]), textarea, select');
    return Boolean(document.querySelector('form.recording')) || types || root.hasAttribute('aria-busy');
  };

  async function look() {
    if (document.hidden || !document.body.dataset.position) return;
    try {
      const response = await fetch('/live', { cache: 'no-store' });
      if (response.status === 401) return tell('You are logged out. Load the page again to log in; what you typed is kept.');
      if (!response.ok) throw new Error(String(response.status));
      const { position } = await response.json();
      offline(false);
      if (position === document.body.dataset.position) return;
      if (isBusy()) return tell('Something has changed in the journal since this page was made.');
      await take(location.pathname + location.search);
    } catch (error) {
      offline(true);
    }
  }
  setInterval(look, 800);
  document.addEventListener('visibilitychange', look);

  // --- Drafts: what is typed is kept in this browser until it is entered. ---
  const store = {
    get: (key) => { try { return JSON.parse(localStorage.getItem(key) || 'null'); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* it is full, or off */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* it is off */ } },
  };

  function keepDraft() {
    const form = document.querySelector('form.recording');
    const entered = location.search.includes('entered=1') && store.get('draft:sent');
    if (entered) { store.drop(entered); store.drop('draft:sent'); }
    if (!form) return;
    const key = 'draft:' + form.dataset.draft + ':' + location.search;
    const kept = store.get(key);
    const isFresh = !form.querySelector('.wrong') && !document.querySelector('.preview') && !document.querySelector('[role=alert]');
    if (kept && isFresh) {
      let restored = false;
      for (const [name, value] of Object.entries(kept)) {
        const field = form.elements[name];
        if (field && value !== '' && field.value !== value) { field.value = value; restored = name !== 'id' || restored; }
      }
      if (restored) tell('What you had typed here is restored.');
    }
    const keep = () => {
      const values = Object.fromEntries(new FormData(form));
      delete values.action;
      store.set(key, values);
    };
    form.addEventListener('input', keep);
    form.addEventListener('change', keep);
    form.addEventListener('submit', async (event) => {
      keep();
      store.set('draft:sent', key);
      // A server that cannot be reached must not take the page away.
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      if (event.submitter && event.submitter.name) body.set(event.submitter.name, event.submitter.value);
      try {
        const response = await fetch(form.getAttribute('action'), { method: 'POST', body });
        offline(false);
        if (response.redirected) { location.assign(response.url); return; }
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        morph(page);
        await setUp();
        const first = document.querySelector('[role=alert], .preview');
        if (first) { first.setAttribute('tabindex', '-1'); first.focus(); first.scrollIntoView({ block: 'start' }); }
      } catch (error) {
        offline(true);
        tell('Nothing was sent. Try again once the server is back: an entry is never stored twice.');
      }
    });
  }

  // --- The brief: copy, print, since the last visit. ---
  function setUpBrief() {
    for (const button of document.querySelectorAll('[data-copy]')) {
      button.hidden = !navigator.clipboard;
      button.onclick = async () => {
        const text = await (await fetch(button.dataset.copy)).text();
        await navigator.clipboard.writeText(text);
        button.textContent = 'Copied';
      };
    }
    for (const button of document.querySelectorAll('[data-print]')) { button.hidden = false; button.onclick = () => print(); }
    const link = document.getElementById('since-visit');
    const last = store.get('visit:before');
    if (link && last) {
      link.hidden = false;
      link.href = '/brief?from=' + encodeURIComponent(last);
    }
  }
  function noteVisit() {
    // A visit begins half an hour after the last one ended.
    const now = Date.now();
    const seen = store.get('visit:seen');
    if (!seen || now - seen > 30 * 60 * 1000) {
      if (seen) store.set('visit:before', new Date(seen).toISOString());
    }
    store.set('visit:seen', now);
  }

  // Fields that are empty stay out of the address.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'get') return;
    const empty = Array.from(form.elements).filter((field) => field.name && field.value === '' && !field.disabled);
    for (const field of empty) field.disabled = true;
    setTimeout(() => { for (const field of empty) field.disabled = false; });
  });

  // Browsers that cannot show a closed fold whole get it opened where there is room.
  function unfold() {
    const asked = document.querySelector('.asked');
    if (asked && matchMedia('(min-width: 641px)').matches) asked.open = true;
  }

  async function setUp() {
    unfold();
    setUpBrief();
    keepDraft();
    await setUpSliders();
  }
  noteVisit();
  addEventListener('DOMContentLoaded', setUp);
})();

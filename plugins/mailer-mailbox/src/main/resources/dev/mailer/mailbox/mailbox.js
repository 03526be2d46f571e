// The pages work without this: it shows times in the reader's zone, asks before deleting, and keeps the list fresh.
(() => {
  'use strict';

  const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
  const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

  function localize(root) {
    for (const element of root.querySelectorAll('time')) {
      const at = new Date(element.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      const today = at.toDateString() === new Date().toDateString();
      element.title = whole.format(at);
      element.textContent = element.closest('.mails') ? (today ? time : day).format(at) : whole.format(at);
    }
  }

  document.addEventListener('submit', (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !/INPUT|TEXTAREA/.test(document.activeElement.tagName)) {
      event.preventDefault();
      document.querySelector('.search input').focus();
    }
  });

  async function refresh() {
    const live = document.getElementById('live');
    if (document.hidden) return;
    const state = await (await fetch('api/messages?limit=0')).json();
    if (`${state.newest}-${state.total}` === live.dataset.state) return;
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    const fresh = page.getElementById('live');
    if (!fresh) return;
    localize(fresh);
    live.replaceWith(fresh);
    document.title = page.title;
  }

  localize(document);
  if (document.getElementById('live')) {
    // a mailbox that is down for a moment is asked again
    setInterval(() => refresh().catch(() => {}), 2000);
  }
})();

/* global window, document */
// Shows that the browser is too old, where the page's program cannot run. Such a browser reads this: no syntax after ES5.
window.addEventListener('load', function () {
  if (document.body.hasAttribute('data-status')) return;
  document.getElementById('outdated').hidden = false;
  document.getElementById('session-form').hidden = true;
  document.getElementById('announcement').hidden = true;
});

// Pantry works without this file; it makes it more pleasant with a keyboard and with htmx.

const toast = document.getElementById('toast');

// What an open page asks for after its session has ended is the sign-in page. Loading the page itself
// leads there too, and from there back to it.
document.addEventListener('htmx:beforeSwap', (event) => {
  const url = event.detail.xhr.responseURL;
  if (url && new URL(url).pathname === '/login' && location.pathname !== '/login') {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

for (const failure of ['htmx:responseError', 'htmx:sendError']) {
  document.addEventListener(failure, (event) => {
    // The forms of a session that has ended are worth nothing any more.
    if (event.detail.xhr.status === 403) {
      location.reload();
      return;
    }
    const message = document.createElement('div');
    message.className = 'toast';
    message.textContent = 'That did not work. Try again in a moment.';
    toast.replaceChildren(message);
  });
}

document.addEventListener('htmx:afterSettle', () => {
  // Deleting takes the button away that had the focus.
  if (document.activeElement === document.body) {
    (document.getElementById('undo') ?? document.getElementById('main')).focus();
  }
  offerDismissal();
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    (event.target.closest('.editing')?.querySelector('.cancel') ?? toast.querySelector('.close'))?.click();
  }
});

toast.addEventListener('click', (event) => {
  if (event.target.closest('.close')) {
    toast.replaceChildren();
  }
});

function offerDismissal() {
  toast.querySelector('.close')?.removeAttribute('hidden');
}

offerDismissal();

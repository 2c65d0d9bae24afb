// Only adds comfort: local time, a reload when joining opens, no second click.
const time = document.querySelector("time");
if (time) {
  time.textContent = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric",
    month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" })
    .format(new Date(time.dateTime));
}
const wait = document.querySelector("[data-opens-in-ms]");
if (wait) {
  setTimeout(() => location.reload(), Math.min(Number(wait.dataset.opensInMs) + 500, 2 ** 31 - 1));
}
const form = document.querySelector("form");
if (form) {
  form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
}
// Not reload(): the page may answer a POST, which would join again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace(location.pathname);
});

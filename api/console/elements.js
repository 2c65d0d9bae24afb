// Elements of the page, made from data. Whatever the API says becomes text, never HTML.

/** The element of this id. */
export const the = (id) => document.getElementById(id);

/** An element with these attributes, of which undefined ones are left out, and children: nodes or
 * texts. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const moments = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short",
  year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });

/** "Tue, 6 May 2031, 09:00:00 CEST"; whatever is no datetime as it is. */
export function inWords(moment) {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? String(moment) : moments.format(date);
}

/** The moment for people, with the API's own form behind it. */
export function time(moment) {
  return make("time", { datetime: moment, title: moment }, inWords(moment));
}

/** Shows a sentence in a live region; `kind`: "", "bad" or "good". */
export function tell(region, sentence, kind = "") {
  region.className = kind;
  region.textContent = sentence;
}

/** Runs `steps` for the latest call only, and tells in `region` why they failed. An older call's
 * requests are given up through the signal. */
export function latest(region, steps) {
  let current = new AbortController();
  return async (...values) => {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    try {
      await steps(signal, ...values);
    } catch (problem) {
      if (!signal.aborted) tell(region, problem.message, "bad");
    }
  };
}

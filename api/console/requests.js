// Requests to the API of the server that the page comes from, with the person's token.

const prefix = document.querySelector("meta[name=api]").content;
const root = new URL("..", import.meta.url).href.slice(0, -1);

/** The URL of a path of the API, with those parameters that are not empty. */
export function urlOf(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  const query = new URLSearchParams(given);
  return root + prefix + path + (given.length ? `?${query}` : "");
}

/** An answer that is no success, as a sentence for the person. */
export class Refusal extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

const KEPT = "consularia-token";
export const token = {
  get: () => sessionStorage.getItem(KEPT) ?? "",
  keep: (secret) => sessionStorage.setItem(KEPT, secret),
  forget: () => sessionStorage.removeItem(KEPT),
};

function sentencesOf(body) {
  if (typeof body?.detail === "string") return body.detail;
  if (body === null || typeof body !== "object") return "The server gave no reason.";
  return Object.entries(body).map(([name, what]) => `${name}: ${[what].flat().join(" ")}`).join(" ");
}

async function refusal(answer, scope) {
  const sentence = sentencesOf(await answer.json().catch(() => null));
  const wait = answer.headers.get("Retry-After");
  switch (answer.status) {
    case 401:
      return "The server does not accept this token: it is wrong, expired or revoked.";
    case 403:
      return `This token may not do that: it needs the scope ${scope}.`;
    case 429:
    case 503:
      return `${sentence} Try again${wait ? ` in ${wait} s` : " soon"}.`;
    default:
      return sentence;
  }
}

/** The answer to a request; throws a Refusal. `scope` is what the request needs. */
export async function ask(path, { scope, parameters, accept = "application/json", ...rest }) {
  const secret = token.get();
  if (!/^[!-~]+$/.test(secret)) throw new Refusal(401, "This is no token.");
  const headers = { Accept: accept, Authorization: `Token ${secret}` };
  let answer;
  try {
    answer = await fetch(urlOf(path, parameters), { headers, redirect: "error", ...rest });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Refusal(0, "The server cannot be reached.");
  }
  if (!answer.ok) throw new Refusal(answer.status, await refusal(answer, scope));
  return answer;
}

export async function askJson(path, options) {
  return (await ask(path, options)).json();
}

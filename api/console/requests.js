// Requests to the API of the server that the page comes from, with the person's token.
import { fetchOk, Refusal } from "./refusals.js";

const prefix = document.querySelector("meta[name=api]").content;
const root = new URL("..", import.meta.url).href.slice(0, -1);

/** The URL of a path of the API, with those parameters that are not empty. */
export function urlOf(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  const query = new URLSearchParams(given);
  return root + prefix + path + (given.length ? `?${query}` : "");
}

const KEPT = "consularia-token";
export const token = {
  get: () => sessionStorage.getItem(KEPT) ?? "",
  keep: (secret) => sessionStorage.setItem(KEPT, secret),
  forget: () => sessionStorage.removeItem(KEPT),
};

/** The headers of a request with the token; throws a Refusal. */
export function headersFor(accept) {
  const secret = token.get();
  if (!/^[!-~]+$/.test(secret)) throw new Refusal(401, "This is no token.");
  return { Accept: accept, Authorization: `Token ${secret}` };
}

/** The answer to a request; throws a Refusal. `scope` is what the request needs. */
export async function ask(path, { parameters, accept = "application/json", ...options }) {
  return fetchOk(urlOf(path, parameters), { headers: headersFor(accept), ...options });
}

export async function askJson(path, options) {
  return (await ask(path, options)).json();
}

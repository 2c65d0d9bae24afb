// Answers of the API that are no success, as sentences for the person who looks.

export class Refusal extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

function sentencesOf(body) {
  if (typeof body?.detail === "string") return body.detail;
  if (body === null || typeof body !== "object") return "The server gave no reason.";
  return Object.entries(body).map(([name, what]) => `${name}: ${[what].flat().join(" ")}`).join(" ");
}

async function sentenceOf(answer, scope) {
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

/** A successful answer to a request that needs this scope; throws a Refusal. */
export async function fetchOk(url, { scope, ...options }) {
  let answer;
  try {
    answer = await fetch(url, { redirect: "error", ...options });
  } catch (problem) {
    if (problem.name === "AbortError") throw problem;
    throw new Refusal(0, "The server cannot be reached.");
  }
  if (!answer.ok) throw new Refusal(answer.status, await sentenceOf(answer, scope));
  return answer;
}

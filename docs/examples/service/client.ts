// Ask payer-rules about the claims of a file: node client.ts ADDRESS FILE [PAYER]   (node 22.18 or newer)
import { readFile } from "node:fs/promises";

type Finding = { rule: string; outcome: string; message: string };
type Decision = { claim: string; payer: string; expected: string; findings: Finding[] };
type Problem = { where: string; message: string; remedy: string; code: string | null };
type Answer = { decisions: Decision[]; problems: Problem[] };

/** Return decisions and problems; while the service is busy, wait and ask again. */
async function check(address: string, claims: Uint8Array, payer?: string, key?: string): Promise<Answer> {
  const query = payer ? `?${new URLSearchParams({ payer })}` : "";
  const headers: Record<string, string> = key ? { Authorization: `Bearer ${key}` } : {};
  for (let tries = 0; tries < 5; tries += 1) {
    const response = await fetch(`${address}/v1/check${query}`, { method: "POST", body: claims, headers });
    const wait = response.headers.get("Retry-After");
    if (wait === null) {
      return { decisions: [], ...((await response.json()) as Answer) };
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(wait)));
  }
  throw new Error("the service is busy");
}

const [address, path, payer] = process.argv.slice(2);
const answer = await check(address, await readFile(path), payer, process.env.PAYER_RULES_KEY);
for (const decision of answer.decisions) {
  for (const finding of decision.findings) {
    console.log(decision.claim, decision.payer, finding.rule, finding.outcome);
  }
}
for (const problem of answer.problems) {
  console.error(`${problem.where}: ${problem.message}. ${problem.remedy}`);
}

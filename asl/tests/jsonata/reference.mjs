// What the reference implementation of JSONata answers. Needs Node.js and the npm package jsonata, version 2.0.6.
//
//   node reference.mjs < expressions.jsonl > cases.jsonl    adds its answer to each case
//   node reference.mjs --compare EXAMPLE < cases.jsonl      prints where the example `jsonata_suite` differs
//
// A case is a JSON object on a line, with `expression` and maybe `data`. Its answer is `result`, `error` (the code), or
// neither for "nothing".

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const jsonata = createRequire(process.cwd() + '/')('jsonata');

// `$now` tells the beginning of 1970, as the example does.
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [0] : given));
  }
  static now() {
    return 0;
  }
};

async function answer({ expression, data }) {
  let timer;
  try {
    const evaluated = jsonata(expression).evaluate(data ?? null);
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject({ code: 'D1012' }), 5000); });
    const result = await Promise.race([evaluated, late]);
    if (result === undefined) return {};
    if (typeof result === 'function' || result?._jsonata_function || result?._jsonata_lambda) return { error: 'function' };
    // Arrays lose what they are beside their items, and items that are nothing.
    const text = JSON.stringify(result, (_, value) => {
      if (value?._jsonata_function || value?._jsonata_lambda) return undefined;
      return Array.isArray(value) ? [...value].filter((item) => item !== undefined) : value;
    });
    return { result: JSON.parse(text) };
  } catch (error) {
    return { error: error.code ?? (error instanceof SyntaxError ? 'SyntaxError' : String(error.message ?? error)) };
  } finally {
    clearTimeout(timer);
  }
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

const lines = readFileSync(0, 'utf8').split('\n').filter((line) => line.trim());
const cases = lines.map((line) => JSON.parse(line));
const compare = process.argv[2] === '--compare';
let answers = [];
if (compare) {
  const run = spawnSync(process.argv[3], { input: lines.join('\n') + '\n', maxBuffer: 1 << 30 });
  answers = run.stdout.toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));
}
let same = 0;
let bothFail = 0;
for (const [at, given] of cases.entries()) {
  const { expression, data } = given;
  const expected = await answer(given);
  if (!compare) {
    console.log(JSON.stringify(data === undefined ? { expression, ...expected } : { expression, data, ...expected }));
    continue;
  }
  const found = answers[at] ?? {};
  const agree = JSON.stringify(sorted(found)) === JSON.stringify(sorted(expected));
  if (agree || (found.error && expected.error)) {
    same += 1;
    if (found.error && !found.error.startsWith(expected.error)) bothFail += 1;
    continue;
  }
  console.log(JSON.stringify({ expression, data, here: found, reference: expected }));
}
if (compare) console.log(`${same} of ${cases.length} agree; ${bothFail} of them fail with another code`);

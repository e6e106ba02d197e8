// Runs a Node.js function on this machine: asks the runtime API of `deployer` for events, and answers it.
//
// Its errors have the names and the members that Lambda's own runtime gives them.

import fs from 'node:fs';
import http from 'node:http';
import module, { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PREFIX = '/2018-06-01/runtime/';
const RUNTIME = /nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? '');
// From this version on, Lambda takes what a handler returns, and calls none with a callback.
const WITHOUT_CALLBACKS = 24;
const withCallbacks = RUNTIME !== null && Number(RUNTIME[1]) < WITHOUT_CALLBACKS;

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const request = http.request;

function call(method, route, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const options = { agent, hostname, port, method, path: PREFIX + route, headers: { ...headers, ...length } };
    const sent = request(options, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function named(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

function described(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: String(error.name),
    errorMessage: String(error.message),
    trace: String(error.stack ?? '').split('\n'),
  };
}

async function fail(route, error) {
  const description = described(error);
  const shown = error instanceof Error && error.stack
    ? error.stack
    : `${description.errorType}: ${description.errorMessage}`;
  process.stderr.write(`[ERROR] ${shown}\n`);
  await call('POST', route, JSON.stringify(description), {
    'Content-Type': 'application/json',
    // A header takes no other characters.
    'Lambda-Runtime-Function-Error-Type': description.errorType.replace(/[^\x20-\x7e]/g, '?'),
  });
}

// What Lambda brings along: the AWS SDK. It is taken from the packages of this machine, and nothing else of them is.
const BROUGHT_ALONG = ['@aws-sdk', '@smithy'];
const HOOKS = `
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
let require;
export const initialize = (file) => { require = createRequire(file); };
export async function resolve(name, context, next) {
  try {
    return await next(name, context);
  } catch (error) {
    if (!/^@(aws-sdk|smithy)[/]/.test(name)) throw error;
    return next(pathToFileURL(require.resolve(name)).href, context);
  }
}`;

function bringAlong() {
  const listed = (process.env.DEPLOYER_NODE_PACKAGES ?? '').split(path.delimiter).filter(Boolean);
  delete process.env.DEPLOYER_NODE_PACKAGES;
  // npm installs global packages next to the folder of the program; on Windows, in it.
  const bin = path.dirname(process.execPath);
  const folders = [...listed, path.join(bin, '..', 'lib', 'node_modules'), path.join(bin, 'node_modules')];
  const here = fileURLToPath(import.meta.url);
  let any = false;
  for (const name of BROUGHT_ALONG) {
    const found = folders.map((folder) => path.join(folder, name)).find((folder) => fs.existsSync(folder));
    if (found === undefined) continue;
    // NODE_PATH has the folder of this program. On Windows, everyone may make a junction.
    fs.symlinkSync(path.resolve(found), path.join(path.dirname(here), name), 'junction');
    any = true;
  }
  // `import` does not look into NODE_PATH.
  if (any) module.register?.(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { data: here });
}

async function loadModule(root, folder, name) {
  const file = path.resolve(root, folder, name);
  try {
    for (const extension of ['', '.js', '.mjs', '.cjs']) {
      const found = fs.statSync(file + extension, { throwIfNoEntry: false });
      if (found?.isFile()) return await import(pathToFileURL(file + extension).href);
    }
    const require = createRequire(path.join(root, 'package.json'));
    return require(require.resolve(name, { paths: [root, path.join(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw Object.assign(named('Runtime.UserCodeSyntaxError', String(error)), { stack: error.stack });
    }
    if (error?.code === 'MODULE_NOT_FOUND') throw named('Runtime.ImportModuleError', String(error));
    throw error;
  }
}

function member(module, names) {
  return names.split('.').reduce((from, name) => from?.[name], module);
}

async function load(root, handler) {
  const base = path.posix.basename(handler);
  const match = /^([^.]*)\.(.*)$/.exec(base);
  if (handler.includes('..')) {
    throw named('Runtime.MalformedHandlerName', `'${handler}' is not a valid handler name. ` +
      'Use absolute paths when specifying root directories in handler names.');
  }
  if (match === null) throw named('Runtime.MalformedHandlerName', 'Bad handler');
  const module = await loadModule(root, handler.slice(0, handler.indexOf(base)), match[1]);
  const found = member(module, match[2]) ?? member(module.default, match[2]);
  if (!found) throw named('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw named('Runtime.HandlerNotFound', `${handler} is not a function`);
  if (!withCallbacks && found.length >= 3) {
    throw named('Runtime.CallbackHandlerDeprecated', 'Lambda calls no handler with a callback from ' +
      `Node.js ${WITHOUT_CALLBACKS} on: write an async function`);
  }
  return found;
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

async function succeed(id, result) {
  let body;
  try {
    body = JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    return fail(`invocation/${id}/error`, named('Runtime.JSONStringifyError', 'Unable to stringify response body'));
  }
  await call('POST', `invocation/${id}/response`, body, { 'Content-Type': 'application/json' });
}

// What a handler of older versions does: it returns a promise, or calls back. It may do neither before nothing is
// left to do, and then its answer is null.
function answered(handler, event, context) {
  return new Promise((resolve) => {
    let open = true;
    const idle = () => end({ result: null });
    const end = (outcome) => {
      if (!open) return;
      open = false;
      process.removeListener('beforeExit', idle);
      resolve(outcome);
    };
    process.once('beforeExit', idle);
    let waits = true;
    const settled = (error, result, patient) =>
      end(error === undefined || error === null ? { result, patient } : { error });
    const callback = (error, result) => settled(error, result, waits);
    Object.defineProperty(context, 'callbackWaitsForEmptyEventLoop', {
      enumerable: true,
      get: () => waits,
      set: (value) => { waits = value; },
    });
    context.done = (error, result) => settled(error, result, false);
    context.succeed = (result) => settled(null, result, false);
    context.fail = (error) => settled(error ?? 'handled', undefined, false);
    try {
      const result = handler(event, context, callback);
      if (result instanceof Promise) result.then(context.succeed, context.fail);
    } catch (error) {
      callback(error);
    }
  });
}

async function invoke(handler, event, context) {
  if (withCallbacks) return answered(handler, event, context);
  // A promise that is never settled leaves nothing to do, which would end the process without a word.
  return new Promise((resolve) => {
    const idle = () => resolve({ error: named('Runtime.NodeJsExit', 'the promise of the handler was never settled') });
    process.once('beforeExit', idle);
    const end = (outcome) => {
      process.removeListener('beforeExit', idle);
      resolve(outcome);
    };
    (async () => handler(event, context))().then((result) => end({ result }), (error) => end({ error }));
  });
}

let route = 'init/error';
let ending = false;

function end(error, code) {
  if (ending) return;
  ending = true;
  fail(route, error).finally(() => process.exit(code));
}

process.on('uncaughtException', (error) => end(error, 129));
process.on('unhandledRejection', (reason) => {
  const error = named('Runtime.UnhandledPromiseRejection', String(reason));
  // Where it comes from, not where it was noticed.
  if (reason instanceof Error) error.stack = `${error.name}: ${reason.stack}`;
  end(error, 128);
});

async function main() {
  let handler;
  try {
    bringAlong();
    handler = await load(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (error) {
    return end(error, 1);
  }
  for (;;) {
    // If there is no answer, the deployer has ended.
    const { headers, body } = await call('GET', 'invocation/next').catch(() => process.exit(1));
    const context = contextOf(headers);
    const id = context.awsRequestId;
    route = `invocation/${id}/error`;
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
    const outcome = await invoke(handler, JSON.parse(body), context);
    if (ending) return;
    if ('error' in outcome) await fail(route, outcome.error);
    else await succeed(id, outcome.result);
    if (outcome.patient) await new Promise((resolve) => process.once('beforeExit', resolve));
  }
}

main().catch((error) => end(error, 1));

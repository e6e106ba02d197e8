// Opens every page of the manual in headless Chromium: on a phone and on a desktop, in light and in dark mode.
//
// Usage: node site.mjs SITE [PICTURES]. SITE is the folder of the built site. With PICTURES, some pages are also written
// there as pictures, for a person to look at.

import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, relative } from 'node:path';
import puppeteer from 'puppeteer-core';

const [site, pictures] = process.argv.slice(2);
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml' };
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const LOOKED_AT = ['index.html', 'front-page.html', 'guides/deploy.html', 'reference/commands/up.html'];

const faults = [];

function serve() {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname));
    const file = join(site, path.endsWith('/') ? `${path}index.html` : path);
    if (relative(site, file).startsWith('..') || !existsSync(file) || statSync(file).isDirectory()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function open(browser, origin, view, scheme) {
  // Each has a context of its own, because the site remembers the mode.
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(view);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') faults.push(`${page.url()}: ${request.url()} failed`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${page.url()}: ${response.url()} answered ${response.status()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:')) {
      faults.push(`${page.url()}: asks another host for ${url}`);
    }
  });
  return page;
}

// What is wider than the screen, apart from blocks that scroll by themselves.
function overflow() {
  const root = document.scrollingElement;
  if (root.scrollWidth <= window.innerWidth) return null;
  const wide = [...document.querySelectorAll('article *')].find((element) => element.getBoundingClientRect().right > window.innerWidth + 1);
  return `${root.scrollWidth} pixels wide: ${wide?.outerHTML.slice(0, 120)}`;
}

function brightness() {
  const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
  return (red + green + blue) / 3;
}

async function every_page(browser, origin, names) {
  const page = await open(browser, origin, PHONE, 'light');
  for (const name of names) {
    await page.goto(`${origin}/${name}`, { waitUntil: 'load' });
    const title = await page.$eval('article h1', (heading) => heading.textContent).catch(() => '');
    if (!title) faults.push(`${name}: has no heading`);
    const wide = await page.evaluate(overflow);
    if (wide) faults.push(`${name}: ${wide}`);
  }
  await page.close();
}

async function modes(browser, origin) {
  for (const [scheme, is_right] of [['light', (value) => value > 200], ['dark', (value) => value < 80]]) {
    for (const [size, view] of [['phone', PHONE], ['desktop', DESKTOP]]) {
      const page = await open(browser, origin, view, scheme);
      for (const name of LOOKED_AT) {
        await page.goto(`${origin}/${name}`, { waitUntil: 'load' });
        const value = await page.evaluate(brightness);
        if (!is_right(value)) faults.push(`${name}: the background in ${scheme} mode has the brightness ${value}`);
        if (pictures) {
          const file = `${name.replaceAll('/', '-').replace('.html', '')}-${size}-${scheme}.png`;
          await page.screenshot({ path: join(pictures, file) });
        }
      }
      await page.close();
    }
  }
}

async function search(browser, origin, word) {
  const page = await open(browser, origin, DESKTOP, 'light');
  await page.goto(`${origin}/index.html`, { waitUntil: 'load' });
  await page.click('.md-search__input');
  await page.type('.md-search__input', word);
  try {
    await page.waitForSelector('.md-search-result__link', { timeout: 10_000 });
    const links = await page.$$eval('.md-search-result__link', (results) => results.map((result) => result.href));
    console.log(`a search for "${word}" finds ${links.length} pages`);
  } catch {
    faults.push(`a search for "${word}" finds nothing`);
  }
  await page.close();
}

const program = execFileSync('sh', ['-c', 'command -v "$0"', process.env.CHROMIUM ?? 'chromium'], { encoding: 'utf8' }).trim();
if (pictures) mkdirSync(pictures, { recursive: true });
const server = await serve();
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await puppeteer.launch({
  executablePath: program,
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  const names = (await readdir(site, { recursive: true })).filter((name) => name.endsWith('.html') && name !== '404.html');
  await every_page(browser, origin, names);
  await modes(browser, origin);
  await search(browser, origin, 'bounce');
  console.log(`${names.length} pages opened`);
} finally {
  await browser.close();
  server.close();
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}

// Opens the pages that `--html` writes in headless Chromium, at two sizes, in light and in dark mode: nothing is wider than
// the screen, nothing is loaded, nothing runs, and axe-core finds no fault of accessibility.
//
// Usage: node results.mjs FOLDER. With a second argument, pictures of the pages go to that folder.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';

const [folder, pictures] = process.argv.slice(2);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const VIEWS = [
  ['desktop', { width: 1200, height: 900 }],
  ['phone', { width: 390, height: 844 }],
];
const faults = [];

async function look(browser, name, size, view, scheme) {
  const page = await browser.newPage();
  const at = `${name} (${size}, ${scheme})`;
  await page.setViewport(view);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  const url = `file://${join(folder, name)}`;
  page.on('request', (request) => {
    if (request.url() !== url) faults.push(`${at}: loads ${request.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`${at}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`${at}: ${message.text()}`);
  });
  await page.goto(url);
  const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
  if (width > view.width) faults.push(`${at}: ${width} pixels wide`);
  if (pictures) await page.screenshot({ path: join(pictures, `${name}-${size}-${scheme}.png`), fullPage: true });
  page.removeAllListeners('request');
  // The page forbids scripts, and so axe-core, too.
  await page.setBypassCSP(true);
  await page.reload();
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, nodes } of violations) faults.push(`${at}: ${id}: ${nodes[0].html.slice(0, 120)}`);
  await page.close();
}

const program = execFileSync('sh', ['-c', 'command -v "$0"', process.env.CHROMIUM ?? 'chromium'], { encoding: 'utf8' }).trim();
if (pictures) mkdirSync(pictures, { recursive: true });
const names = readdirSync(folder).filter((name) => name.endsWith('.html'));
if (names.length === 0) faults.push(`${folder} has no pages`);
const browser = await puppeteer.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
try {
  for (const name of names) {
    for (const [size, view] of VIEWS) {
      for (const scheme of ['light', 'dark']) await look(browser, name, size, view, scheme);
    }
  }
} finally {
  await browser.close();
}
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`${names.length} pages opened`);

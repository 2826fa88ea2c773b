#!/usr/bin/env node
// Starts boards: node host/cli.mjs --nodes 8 --broker mqtt://127.0.0.1:1883
// Prints a line of JSON for whatever happens; reads commands, one a line: kill NAME, start NAME, freeze NAME MS, cut NAME,
// mend NAME, eval NAME PYTHON, stop.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import { Device } from './device.mjs';

const HELP = `usage: node host/cli.mjs [--nodes 3] [--broker mqtt://127.0.0.1:1883] [--cluster default] [--prefix board-]
  [--queue 8] [--workers 1] [--delay MS one way] [--tasks FILE.py]... [--flash FOLDER, kept]
  [--label KEY=VALUE]... of all boards [--at=LAT,LON]... which the boards take in turns
  [--credentials FILE of name:password, a line for each board, in place of the variables]
  [--tls [--ca FILE.pem] [--cert FILE.pem --key FILE.pem]]
  [--parent: end with standard input]; BROCCOLI_USERNAME and BROCCOLI_PASSWORD are who they are at the broker,
  BROCCOLI_DEPLOY_KEY is the key of who may deploy to them, BROCCOLI_OLDER_DEPLOY_KEY the one before it while keys are rotated`;

/** A latitude and a longitude. */
function place(text) {
  const degrees = text.split(',').map(part => (part.trim() === '' ? NaN : Number(part)));
  if (degrees.length !== 2 || !(Math.abs(degrees[0]) <= 90) || !(Math.abs(degrees[1]) <= 180)) {
    throw new Error(`--at is LAT,LON: -90 to 90 and -180 to 180 degrees, not '${text}'`);
  }
  return degrees;
}

let options;
try {
  options = parseArgs({
    options: {
      nodes: { type: 'string', default: '3' },
      broker: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
      cluster: { type: 'string', default: 'default' },
      prefix: { type: 'string', default: 'board-' },
      queue: { type: 'string', default: '8' },
      workers: { type: 'string', default: '1' },
      credentials: { type: 'string' },
      tls: { type: 'boolean', default: false },
      ca: { type: 'string' },
      cert: { type: 'string' },
      key: { type: 'string' },
      delay: { type: 'string', default: '0' },
      tasks: { type: 'string', multiple: true, default: [] },
      label: { type: 'string', multiple: true, default: [] },
      at: { type: 'string', multiple: true, default: [] },
      flash: { type: 'string' },
      parent: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
  for (const [name, least] of [['nodes', 1], ['queue', 0], ['workers', 1], ['delay', 0]]) {
    const value = Number(options[name]);
    if (!Number.isInteger(value) || value < least) throw new Error(`--${name} is a whole number of at least ${least}, not '${options[name]}'`);
  }
  for (const label of options.label) if (!/^[^=]+=/.test(label)) throw new Error(`--label is KEY=VALUE, not '${label}'`);
  for (const at of options.at) place(at);
} catch (error) {
  console.error(error.message + '\n' + HELP);
  process.exit(2);
}
if (options.help) {
  console.log(HELP);
  process.exit(0);
}

const say = line => process.stdout.write(JSON.stringify(line) + '\n');
const [, scheme, , brokers] = options.broker.match(/^(?:(\w+):\/\/)?(.*@)?(.*?)\/?$/); // who it is at the broker is in the environment
const secure = options.tls || scheme === 'mqtts';
const files = Object.fromEntries(options.tasks.map(file => [path.basename(file), fs.readFileSync(file, 'utf8')]));
const modules = ['tasks', ...Object.keys(files).map(name => name.replace(/\.py$/, ''))].filter((m, i, all) => all.indexOf(m) === i);
const absolute = file => file && path.resolve(file);
const trust = { ca: absolute(options.ca), cert: absolute(options.cert), key: absolute(options.key) };
const labels = Object.fromEntries(options.label.map(label => label.split(/=(.*)/s, 2)));
const places = options.at.map(place);
const devices = new Map();

/** Labels and place of a board, counted from 1; nothing where there are none. */
function site(i) {
  const at = places.length ? places[(i - 1) % places.length] : [null, null];
  return options.label.length || places.length ? { site: [labels, ...at] } : {};
}

const keys = [process.env.BROCCOLI_DEPLOY_KEY, process.env.BROCCOLI_OLDER_DEPLOY_KEY].filter(key => key);
/** Passwords of boards by their names; null without a file of them. */
function credentials(file) {
  if (!file) return null;
  const lines = fs.readFileSync(file, 'utf8').split(/\r?\n/).filter(line => line.trim() && !line.startsWith('#'));
  return new Map(lines.map(line => line.split(/:(.*)/s, 2)));
}

const passwords = credentials(options.credentials);
for (let i = 1; i <= Number(options.nodes); i++) {
  const name = options.prefix + i;
  if (passwords && !passwords.get(name)) {
    console.error(`broccoli: ${options.credentials} has no line of name:password for board '${name}'`);
    process.exit(2);
  }
  const config = {
    name,
    cluster: options.cluster,
    broker: (scheme ? scheme + '://' : '') + brokers, // or several, with commas
    port: secure ? 8883 : 1883, // of those that name none
    user: passwords ? name : process.env.BROCCOLI_USERNAME || null, // not in the arguments, which other users can see
    password: passwords ? passwords.get(name) : (process.env.BROCCOLI_PASSWORD ?? null),
    deploy_key: keys.length > 1 ? keys : keys[0] ?? null,
    tls: secure && (options.ca || options.cert ? trust : true),
    queue: Number(options.queue),
    workers: Number(options.workers),
    modules,
    files,
    ...site(i),
  };
  const flash = options.flash && path.join(options.flash, name);
  const device = new Device(config, { delay: Number(options.delay), ...(flash ? { flash } : {}) });
  device.on('out', line => say({ board: name, says: line }));
  device.on('reset', cause => say({ board: name, reset: cause }));
  devices.set(name, device);
}

async function stop() {
  await Promise.all([...devices.values()].map(each => each.close()));
  process.exit(0);
}

const commands = {
  kill: device => device.kill(),
  start: device => device.start(),
  freeze: (device, ms) => device.freeze(Number(ms ?? 60000)),
  cut: device => device.cut(true),
  mend: device => device.cut(false),
  eval: async (device, ...code) => say({ board: device.config.name, answer: await device.eval(code.join(' ')) }),
};

const input = readline.createInterface({ input: process.stdin });
input.on('line', async line => {
  const [command, name, ...rest] = line.trim().split(' ');
  if (command === 'stop') return stop();
  const chosen = name === 'all' ? [...devices.values()] : [devices.get(name)];
  if (!commands[command] || chosen.includes(undefined)) return say({ error: 'no such command or board: ' + line });
  try {
    for (const device of chosen) await commands[command](device, ...rest);
    say({ done: line.trim() });
  } catch (error) {
    say({ error: error.message });
  }
});
if (options.parent) input.on('close', stop);
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

for (const device of devices.values()) {
  try {
    await device.start();
  } catch (error) {
    console.error('broccoli: ' + error.message);
    process.exit(1);
  }
  say({ board: device.config.name, started: true });
}
say({ started: devices.size });
setInterval(() => {}, 1 << 30); // it lives until it is told to stop

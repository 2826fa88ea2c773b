// One board, in a worker of its own: MicroPython, its sockets, its flash, its watchdog. The other end is device.mjs.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const { config, flash, firmware, shared, cause, heap, delay, main } = workerData;
const SENT_AHEAD = 64 * 1024; // bytes of one socket that may wait in the host before the board is held back

// ---- what survives a reset: [fed at, watchdog ms, frozen, length of the mark, mark...]
const words = new Int32Array(shared, 0, 4);
const marked = new Uint8Array(shared, 16);
const now = () => Math.floor(performance.timeOrigin + performance.now()) | 0;

// ---- the interpreter's memory, and a clock that does not round 0 up to 1 ms

let memory;
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (bytes, imports) => {
  for (const module of Object.values(imports)) {
    if (module.emscripten_resize_heap) module.emscripten_resize_heap = () => 0; // else memory grows until the host has none
  }
  const result = await instantiate(bytes, imports);
  memory = result.instance.exports.memory;
  return result;
};
const heapBytes = (address, length) => new Uint8Array(memory.buffer, address, length);

const later = globalThis.setTimeout;
const forget = globalThis.clearTimeout;
globalThis.setTimeout = (f, ms, ...rest) => (ms > 0 ? later(f, ms, ...rest) : setImmediate(f, ...rest));
globalThis.clearTimeout = timer => (timer?.constructor?.name === 'Immediate' ? clearImmediate(timer) : forget(timer));

// ---- sockets

let wake = () => {};
let cut = false;
const sockets = new Map();
let opened = 0;

function delayed(f) {
  if (delay > 0) later(f, delay);
  else f();
}

/** What a config's `tls` is to Node; its files are on the flash. */
function secured({ ca, cert, key, name }) {
  const file = name => name && fs.readFileSync(path.resolve(flash, name));
  return { ca: file(ca), cert: file(cert), key: file(key), ...(name ? { servername: name } : {}) };
}

function open(host, port, secure) {
  const id = ++opened;
  const options = { host, port, noDelay: true };
  const settings = JSON.parse(secure);
  const s = { state: 0, why: '', chunks: [], offset: 0, waiting: 0 };
  sockets.set(id, s);
  let socket;
  try {
    socket = settings ? tls.connect({ ...options, ...secured(settings) }) : net.connect(options);
  } catch (error) {
    socket = new net.Socket().destroy(error); // a file that is not there
  }
  s.socket = socket;
  const heard = change => delayed(() => {
    if (cut) return;
    change();
    wake(id);
  });
  socket.on(settings ? 'secureConnect' : 'connect', () => heard(() => { s.state = 1; }));
  socket.on('data', chunk => heard(() => s.chunks.push(chunk)));
  socket.on('end', () => heard(() => { s.chunks.push(null); }));
  socket.on('error', error => { s.why = error.message; });
  socket.on('close', () => heard(() => { if (s.state === 0) s.state = -1; s.chunks.push(null); }));
  socket.on('drain', () => wake(-id));
  return id;
}

function receive(id, address, length) {
  const s = sockets.get(id);
  if (!s) return 0;
  if (!s.chunks.length) return -1;
  const chunk = s.chunks[0];
  if (chunk === null) return 0;
  const n = Math.min(length, chunk.length - s.offset);
  heapBytes(address, n).set(chunk.subarray(s.offset, s.offset + n));
  s.offset += n;
  if (s.offset === chunk.length) {
    s.chunks.shift();
    s.offset = 0;
  }
  return n;
}

function send(id, address, length) {
  const s = sockets.get(id);
  if (!s || cut) return;
  const bytes = Buffer.from(heapBytes(address, length)); // a copy: the heap goes on
  counts.packets += 1;
  counts.bytes += length;
  delayed(() => { if (!cut && !s.socket.destroyed) s.socket.write(bytes); });
}

function shut(id) {
  sockets.get(id)?.socket.destroy();
  sockets.delete(id);
}

// ---- flash: a folder of the host, written as soon as the board closes a file

let flashSize = workerData.flashSize;

function loadFlash(FS) {
  FS.mkdir('/flash');
  for (const name of fs.readdirSync(flash)) FS.writeFile('/flash/' + name, fs.readFileSync(path.join(flash, name)));
  const inFlash = file => file?.startsWith('/flash/') && path.join(flash, file.slice(7));
  const { write, close, rename, unlink } = FS;
  FS.write = (stream, ...rest) => {
    if (inFlash(stream.path)) {
      const used = FS.readdir('/flash').filter(n => n[0] !== '.').reduce((sum, n) => sum + FS.stat('/flash/' + n).size, 0);
      if (used + rest[2] > flashSize) throw new FS.ErrnoError(51); // no space left
    }
    return write.call(FS, stream, ...rest);
  };
  FS.close = stream => {
    const target = inFlash(stream.path);
    const changed = target && (stream.flags & 3) !== 0;
    const result = close.call(FS, stream);
    if (changed) fs.writeFileSync(target, FS.readFile(stream.path));
    return result;
  };
  FS.rename = (from, to) => {
    rename.call(FS, from, to);
    if (inFlash(from) && inFlash(to)) fs.renameSync(inFlash(from), inFlash(to));
  };
  FS.unlink = file => {
    unlink.call(FS, file);
    if (inFlash(file)) fs.rmSync(inFlash(file), { force: true });
  };
}

function copyTree(FS, from, to) {
  FS.mkdirTree(to);
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [a, b] = [path.join(from, entry.name), to + '/' + entry.name];
    if (entry.isDirectory()) copyTree(FS, a, b);
    else if (/\.m?py$/.test(entry.name)) FS.writeFile(b, fs.readFileSync(a));
  }
}

// ---- the board

const counts = { packets: 0, bytes: 0 };
const say = (what, data) => parentPort.postMessage({ what, data });

const packageFile = fileURLToPath(import.meta.resolve('@micropython/micropython-webassembly-pyscript/micropython.mjs'));
const { loadMicroPython } = await import(packageFile);
const mp = await loadMicroPython({ heapsize: heap, stdout: line => say('out', line), stderr: line => say('out', line), linebuffer: true });

parentPort.on('message', ({ what, value }) => {
  if (what === 'cut') {
    cut = value;
    if (!cut) for (const id of sockets.keys()) wake(id);
  } else if (what === 'freeze') {
    Atomics.wait(words, 2, 0, value);
  } else if (what === 'flash') {
    flashSize = value;
  } else if (what === 'eval') {
    let result;
    try {
      result = { ok: mp.runPython(value.code) ?? mp.globals.get('answer') };
    } catch (error) {
      result = { failed: error.message };
    }
    say('evaluated', { id: value.id, ...result });
  } else if (what === 'counts') {
    say('evaluated', { id: value.id, ok: { ...counts } });
  }
});

mp.registerJsModule('hardware', {
  onwake: f => { wake = f; },
  soon: () => setImmediate(() => wake(0)),
  open,
  state: id => sockets.get(id)?.state ?? -1,
  why: id => sockets.get(id)?.why ?? 'closed',
  receive,
  send,
  shut,
  heap,
  congested: id => (sockets.get(id)?.socket.writableLength ?? 0) > SENT_AHEAD,
  watchdog: ms => { Atomics.store(words, 0, now()); Atomics.store(words, 1, ms); }, // in this order: it is looked at meanwhile
  feed: () => { Atomics.store(words, 0, now()); },
  random: n => randomBytes(n).toString('hex'),
  cause: () => cause,
  mark: text => { Atomics.store(words, 3, new TextEncoder().encodeInto(text, marked).written); },
  marked: () => Buffer.from(marked.subarray(0, words[3])).toString(),
  reset: () => { say('reset', null); Atomics.wait(words, 2, 0); },
});

loadFlash(mp.FS);
copyTree(mp.FS, firmware, '/lib');
for (const [name, text] of Object.entries(config.files ?? {})) {
  mp.FS.mkdirTree(path.posix.dirname('/lib/' + name));
  mp.FS.writeFile('/lib/' + name, text);
}
mp.globals.set('_config', JSON.stringify({ ...config, files: undefined, flash: '/flash/' }));
mp.runPython(`
import sys, json, asyncio
sys.path[:] = ["/flash", "/lib"]  # what was deployed goes before what was there, as on a board that has both in one folder
asyncio.run = asyncio.create_task  # the host turns the loop
class _Config: pass
sys.modules["config"] = _Config
_Config.CONFIG = json.loads(_config)
`);
say('ready', null);
try {
  mp.runPython(main ?? 'import main');
} catch (error) {
  say('out', error.message);
  say('failed', error.message);
}

// A board as its owner sees it: power, reset, the network cable. What it runs is board.mjs.
import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const here = path.dirname(fileURLToPath(import.meta.url));
const firmware = execFileSync(process.execPath, [path.join(here, 'build.mjs')], { encoding: 'utf8' }).trim();
const MARK_BYTES = 512;
const now = () => Math.floor(performance.timeOrigin + performance.now()) | 0;

/** Events: `out` (a line that it printed), `reset` (why), `ready`. */
export class Device extends EventEmitter {
  /**
   * @param config what config.py of a board says: name, cluster, broker, port ...; and `files` {name: text} beside the sources
   * @param options flash: its folder (a temporary one); flashSize: bytes; heap: bytes; delay: ms each way; main: Python to run
   */
  constructor(config, options = {}) {
    super();
    this.config = config;
    this.options = { flashSize: 1 << 20, heap: 1 << 20, delay: 0, ...options };
    this.temporary = !options.flash;
    this.flash = options.flash ?? fs.mkdtempSync(path.join(os.tmpdir(), 'board-'));
    fs.mkdirSync(this.flash, { recursive: true });
    this.shared = new SharedArrayBuffer(16 + MARK_BYTES);
    this.words = new Int32Array(this.shared, 0, 4);
    this.asked = new Map();
    this.questions = 0;
    this.resets = 0;
    this.switched = 0; // on or off, so often
    this.isCut = false;
  }

  /** Power on; resolves when the interpreter runs. */
  start(cause = undefined) {
    this.switched += 1;
    if (!cause) new Uint8Array(this.shared).fill(0);
    Atomics.store(this.words, 1, 0);
    Atomics.store(this.words, 2, 0);
    const worker = new Worker(path.join(here, 'board.mjs'), {
      workerData: { config: this.config, flash: this.flash, firmware, shared: this.shared, cause: cause ?? 'pwron', ...this.options },
    });
    this.worker = worker;
    let died = 'its power failed';
    worker.on('error', error => {
      died = error.message;
      this.emit('out', 'the interpreter died: ' + died);
    });
    worker.on('exit', () => this.#end(worker));
    this.dog ??= setInterval(() => this.#look(), 200);
    this.dog.unref();
    return new Promise((resolve, reject) => {
      worker.on('exit', () => reject(new Error(`${this.config.name} did not start: ${died}`)));
      worker.on('message', ({ what, data }) => {
        if (this.worker !== worker) return;
        if (what === 'ready') {
          if (this.isCut) worker.postMessage({ what: 'cut', value: true });
          this.emit('ready');
          resolve(this);
        } else if (what === 'out') {
          this.emit('out', data);
        } else if (what === 'reset') {
          this.#restart('soft');
        } else if (what === 'evaluated') {
          this.asked.get(data.id)?.(data);
          this.asked.delete(data.id);
        }
      });
    });
  }

  #look() {
    const patience = Atomics.load(this.words, 1);
    if (this.worker && patience > 0 && ((now() - Atomics.load(this.words, 0)) | 0) > patience) this.#restart('wdt');
  }

  /** It restarts, and nobody asked for that: memory that survives a reset does so. `cause` is what the chip says of it then. */
  crash(cause) {
    return this.#restart(cause);
  }

  /** Whether a task runs, as it notes in that memory. */
  get marked() {
    return Atomics.load(this.words, 3) > 0;
  }

  async #restart(cause) {
    this.resets += 1;
    const off = await this.kill();
    if (off !== this.switched) return; // somebody switched it off for good, or on again, meanwhile
    this.emit('reset', cause);
    await this.start(cause).catch(error => this.emit('out', error.message));
  }

  #end(worker) {
    if (this.worker !== worker) return;
    this.worker = undefined;
    this.#answerNobody();
  }

  #answerNobody() {
    for (const answer of this.asked.values()) answer({ failed: 'the power failed' });
    this.asked.clear();
  }

  /** The power fails, in the middle of whatever it does. */
  async kill() {
    const off = ++this.switched;
    const worker = this.worker;
    this.worker = undefined;
    await worker?.terminate();
    this.#answerNobody();
    return off;
  }

  /** Nothing runs on it for so many milliseconds. */
  freeze(ms) {
    this.worker?.postMessage({ what: 'freeze', value: ms });
  }

  /** Nothing goes through its network any more, and nobody is told; or it does again. */
  cut(value = true) {
    this.isCut = value;
    this.worker?.postMessage({ what: 'cut', value });
  }

  /** Its flash has room for so many bytes in all, from now on; those that are there stay. */
  resizeFlash(bytes) {
    this.options.flashSize = bytes;
    this.worker?.postMessage({ what: 'flash', value: bytes });
  }

  #ask(what, value) {
    if (!this.worker) return Promise.reject(new Error(`${this.config.name} has no power`));
    const id = ++this.questions;
    return new Promise((resolve, reject) => {
      this.asked.set(id, data => ('failed' in data ? reject(new Error(data.failed)) : resolve(data.ok)));
      this.worker.postMessage({ what, value: { id, ...value } });
    });
  }

  /** Runs Python that leaves its result in the global `answer`. */
  eval(code) {
    return this.#ask('eval', { code });
  }

  /** Packets and bytes that it has sent. */
  counts() {
    return this.#ask('counts', {});
  }

  /** Ends it for good. */
  async close() {
    clearInterval(this.dog);
    await this.kill();
    if (this.temporary) fs.rmSync(this.flash, { recursive: true, force: true });
  }
}

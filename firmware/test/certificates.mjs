// Certificates of a test, by openssl: of an authority, and what it signed.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

export class Certificates {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'certificates-'));
  }

  file(name) {
    return path.join(this.folder, name);
  }

  #openssl(...args) {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'ignore' });
  }

  #request(name) {
    this.#openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', name + '.key', '-out', name + '.csr', '-subj', '/CN=' + name);
  }

  #sign(name, extensions, ...by) {
    fs.writeFileSync(this.file(name + '.ext'), extensions);
    this.#openssl('x509', '-req', '-in', name + '.csr', '-days', '2', '-out', name + '.pem', '-extfile', name + '.ext', ...by);
  }

  authority(name) {
    this.#request(name);
    this.#sign(name, 'basicConstraints=critical,CA:TRUE', '-signkey', name + '.key');
    return this;
  }

  issue(name, by, names) {
    this.#request(name);
    this.#sign(name, 'subjectAltName=' + names, '-CA', by + '.pem', '-CAkey', by + '.key', '-CAcreateserial');
    return this;
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

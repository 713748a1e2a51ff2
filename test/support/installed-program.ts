import { type ExecFileException, execFile } from 'node:child_process';
import { nodeCommand, ServiceProcess } from './service-process.js';

/** A program of a folder in which packages were installed, in a process of its own. */
export class InstalledProgram extends ServiceProcess {
  /** Resolves once it listens. */
  static start(program: string): Promise<InstalledProgram> {
    return new InstalledProgram(nodeCommand(program), {}).listening();
  }

  get origin(): string {
    return `127.0.0.1:${this.port}`;
  }
}

/** Runs a command in a folder; resolves with its output, and rejects with the output if the command fails. */
export function runIn(folder: string, command: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // Jest's NODE_OPTIONS are not those of a platform
    const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' };
    execFile(command, args, { cwd: folder, env }, (error: ExecFileException | null, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`));
      else resolve(stdout);
    });
  });
}

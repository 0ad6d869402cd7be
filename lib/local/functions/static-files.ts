import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { platformAnswer } from './platform-answer.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/vnd.microsoft.icon',
};

/** The files of one folder. */
export interface StaticFiles {
  /** Whether there is a file for a path. */
  has(pathname: string): Promise<boolean>;
  /** The file for a path that has one. */
  answer(pathname: string, method: string): Promise<Response>;
}

/** The files of `public/`, and nothing beside it. */
export function staticFiles(root: string): StaticFiles {
  const folder = path.join(root, 'public');
  const locate = (pathname: string): string | null => {
    const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const file = path.join(folder, safeDecode(name));
    return file.startsWith(folder + path.sep) && !file.includes('\0') ? file : null;
  };
  return {
    async has(pathname) {
      const file = locate(pathname);
      if (file === null) return false;
      return stat(file).then(
        (found) => found.isFile(),
        () => false,
      );
    },
    async answer(pathname, method) {
      const file = locate(pathname);
      if (file === null) return platformAnswer('NOT_FOUND');
      if (method !== 'GET' && method !== 'HEAD') {
        return platformAnswer('METHOD_NOT_ALLOWED', { allow: 'GET, HEAD' });
      }
      const headers = {
        'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
        'cache-control': 'public, max-age=0, must-revalidate',
      };
      return new Response(await readFile(file), { headers });
    },
  };
}

function safeDecode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.png': 'image/png',
};

/** The files of `public/`, and nothing beside it. */
export function staticFiles(root: string) {
  const folder = path.join(root, 'public');
  const locate = (pathname: string): string | null => {
    const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const file = path.join(folder, path.normalize(safeDecode(name)));
    return file.startsWith(folder + path.sep) ? file : null;
  };
  return {
    /** Whether there is a file for a path. */
    async has(pathname: string): Promise<boolean> {
      const file = locate(pathname);
      if (file === null) return false;
      return stat(file).then(
        (found) => found.isFile(),
        () => false,
      );
    },
    /** The file for a path. */
    async answer(pathname: string): Promise<Response> {
      const file = locate(pathname);
      if (file === null) return new Response('NOT_FOUND', { status: 404 });
      const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
      return new Response(await readFile(file), { headers: { 'content-type': type } });
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

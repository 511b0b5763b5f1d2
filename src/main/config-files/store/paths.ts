/** The directory and the name of a path of any server: with slashes, or as Windows has it. */
export function pathParts(path: string): {
  directory: string;
  name: string;
  join(name: string, directory?: string): string;
} {
  const index = Math.max(path.lastIndexOf('/'), /^[A-Za-z]:|^\\\\/.test(path) ? path.lastIndexOf('\\') : -1);
  const separator = index >= 0 ? (path[index] ?? '/') : '/';
  const directory = index < 0 ? '.' : index === 0 ? separator : path.slice(0, index);
  return {
    directory,
    name: path.slice(index + 1),
    join: (name, where = directory) => (where.endsWith(separator) ? where + name : `${where}${separator}${name}`),
  };
}

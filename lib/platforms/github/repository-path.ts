/** The path of a repository, from the API's address on. @param repository - `owner/name` */
export function repositoryPath(repository: string): string {
  return `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
}

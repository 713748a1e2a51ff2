/** Why nothing can be judged at all, such as an address where no server answers. The command says so once and exits with 2. */
export class Unplayable extends Error {}

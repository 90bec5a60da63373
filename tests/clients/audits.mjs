// graphql-http's audits of a server: says a line of JSON for each, how it ended and why.
import { serverAudits } from "graphql-http";

const { url } = JSON.parse(process.argv[2]);
for (const { id, name, fn } of serverAudits({ url })) {
  const { status, reason } = await fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}

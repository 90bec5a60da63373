// Runs operations one after another on one websocket of graphql-ws's own client, and prints each
// received message and the close of the websocket as one line of JSON.
import { createClient } from "graphql-ws";

const { url, connectionParams, keepAlive = 0, operations = [] } = JSON.parse(process.argv[2]);
const print = (value) => console.log(JSON.stringify(value));
let lastId = 0;
const client = createClient({
  url,
  connectionParams,
  keepAlive,
  lazy: false,
  retryAttempts: 0,
  onNonLazyError() {},
  generateID: () => String(++lastId),
  on: { message: print, closed: ({ code, reason }) => print({ code, reason }) },
});
if (keepAlive) await new Promise((resolve) => client.on("pong", resolve));
for (const { results = Infinity, ...payload } of operations) await run(payload, results);
await client.dispose();

// Resolves when the server ends the operation, or when the client has unsubscribed after the
// given number of results.
function run(payload, results) {
  return new Promise((resolve) => {
    let missing = results;
    const unsubscribe = client.subscribe(payload, {
      next: () => --missing || unsubscribe(),
      error: resolve,
      complete: resolve,
    });
  });
}

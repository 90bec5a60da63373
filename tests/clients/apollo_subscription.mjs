// Follows a subscription with Apollo Client over HTTP and prints a line for each result, and in the
// end how it ended: {url, query, variables, headers, results} as JSON.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";

const { url, query, variables, headers, results } = JSON.parse(process.argv[2]);
const client = new ApolloClient({
  link: ApolloLink.from([new HttpLink({ uri: url, headers })]),
  cache: new InMemoryCache(),
  clientAwareness: { name: "tests", version: "1.0" },
});

let count = 0;
const print = (line) => console.log(JSON.stringify(line));
const subscription = client.subscribe({ query: gql(query), variables }).subscribe({
  next: ({ data, error }) => {
    print(error ? { error: error.message, kind: error.name } : data);
    count += 1;
    if (count === results) {
      subscription.unsubscribe();
      print("unsubscribed");
    }
  },
  error: (error) => print({ failed: error.message, kind: error.name }),
  complete: () => print("complete"),
});

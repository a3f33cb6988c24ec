# The container form of the KRM function; `--target argocd` is the sidecar of Argo CD, which needs a shell.
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY Cargo.toml Cargo.lock README.md ./
COPY benches benches
COPY tests tests
COPY schemas schemas
COPY src src
RUN cargo build --release --locked --bin pelago

FROM alpine:3.22 AS argocd
COPY --from=build /src/target/release/pelago /usr/local/bin/pelago
COPY integrations/argocd/plugin.yaml /home/argocd/cmp-server/config/plugin.yaml
USER 999

FROM scratch
COPY --from=build /src/target/release/pelago /pelago
USER 65534
ENTRYPOINT ["/pelago"]
CMD ["fn"]

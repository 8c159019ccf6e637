//! The HTTP/1.1 server on the loopback address, on threads of its own.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};

use crate::cloud::Cloud;
use crate::services::ecs;
use crate::{control, pipeline};

/// Stack of each thread: items nested as deep as is allowed need more than the usual 2 MiB.
pub(crate) const STACK: usize = 32 << 20;

/// How long connections have to finish when the server stops.
const GRACE: Duration = Duration::from_secs(2);

/// A running server; it stops when it is dropped, after the requests under way.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Takes a port of the loopback address; 0 is any free one.
pub(crate) fn bind(port: u16) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Server {
    /// Serves a cloud on a listener.
    pub(crate) fn start(listener: TcpListener, cloud: Arc<Cloud>) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let workers = std::thread::available_parallelism()
            .map_or(2, usize::from)
            .clamp(2, 8);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(workers)
            .thread_stack_size(STACK)
            .thread_name("simulator")
            .enable_all()
            .build()?;
        let listener = {
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (opened, open) = mpsc::unbounded_channel();
        cloud.ecs.serve_with(opened);
        runtime.spawn(ecs::serve(open));
        runtime.spawn(ecs::tick(Arc::clone(&cloud)));
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            runtime.block_on(accept(listener, cloud, stopped));
            runtime.shutdown_timeout(GRACE);
        };
        let thread = std::thread::Builder::new()
            .name("simulator".to_owned())
            .spawn(serve)?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // An error means that the server has stopped already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported there.
            let _ = thread.join();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, cloud: Arc<Cloud>, mut stopped: oneshot::Receiver<()>) {
    let (stop, stopping) = watch::channel(false);
    // Each connection holds a sender: the channel closes with the last of them.
    let (open, mut all_closed) = mpsc::channel::<Infallible>(1);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let (cloud, stopping, open) = (Arc::clone(&cloud), stopping.clone(), open.clone());
                    tokio::spawn(async move {
                        serve(stream, cloud, stopping).await;
                        drop(open);
                    });
                }
                // Out of file descriptors, most likely: let some connections end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            _ = &mut stopped => break,
        }
    }
    drop((listener, open));
    // Without a connection, nobody listens.
    let _ = stop.send(true);
    let _ = tokio::time::timeout(GRACE, all_closed.recv()).await;
}

/// Serves one connection to its end; once the server stops, to the end of the request under way.
async fn serve(stream: TcpStream, cloud: Arc<Cloud>, mut stopping: watch::Receiver<bool>) {
    // Answers are small: waiting to fill a packet would cost 40 ms.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let cloud = Arc::clone(&cloud);
        async move {
            let answer = if control::owns(&request) {
                control::answer(&cloud, request).await
            } else {
                pipeline::answer(&cloud, request).await
            };
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // A client that has sent all it had still waits for its answer.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // What a connection ends with is the client's affair: a malformed request has been answered 400.
    tokio::select! {
        _ = connection.as_mut() => {}
        // Nothing is ever sent but the order to stop.
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

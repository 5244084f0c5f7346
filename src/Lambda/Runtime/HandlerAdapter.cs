namespace PhotoLambda.Lambda;

/// <summary>Turns the handlers that a function writes into the one shape that the loop calls.</summary>
internal static class HandlerAdapter
{
    private const int KeptBuffer = 1024 * 1024;

    public static InvocationHandler Adapt<TInput, TOutput>(
        Func<TInput, ILambdaContext, Task<TOutput>> handler, ILambdaSerializer serializer) =>
        WithOutput(async (invocation, output) =>
        {
            var input = serializer.Deserialize<TInput>(new MemoryStream(invocation.Payload, writable: false));
            serializer.Serialize(await handler(input, invocation.Context), output);
        });

    public static InvocationHandler Adapt<TInput>(
        Func<TInput, ILambdaContext, Task> handler, ILambdaSerializer serializer) =>
        WithOutput((invocation, _) => handler(
            serializer.Deserialize<TInput>(new MemoryStream(invocation.Payload, writable: false)), invocation.Context));

    public static InvocationHandler Adapt(Func<Stream, ILambdaContext, Task<Stream>> handler) =>
        WithOutput(async (invocation, output) =>
        {
            await using var result =
                await handler(new MemoryStream(invocation.Payload, writable: false), invocation.Context);
            await result.CopyToAsync(output);
        });

    private static InvocationHandler WithOutput(Func<Invocation, MemoryStream, Task> handler)
    {
        var output = new MemoryStream();
        return async invocation =>
        {
            output = output.Capacity > KeptBuffer ? new MemoryStream() : output;
            output.SetLength(0);
            using var activity = XRayTrace.StartActivity(invocation.Headers.TraceId);
            await handler(invocation, output);
            return output.GetBuffer().AsMemory(0, (int)output.Length);
        };
    }
}

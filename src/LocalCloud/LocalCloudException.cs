namespace PhotoLambda.Local;

/// <summary>
/// Something the developer can mend: the message says what is wrong and what to do, and no stack is shown.
/// </summary>
internal sealed class LocalCloudException(string message, Exception? inner = null) : Exception(message, inner);

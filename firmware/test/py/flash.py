"""A flash that is played, whose power fails when it is told to."""


class PowerCut(BaseException):
    pass


class Flash:
    """Files that are there when they are closed; `left` steps happen before the power fails, and what is being written is half there."""

    def __init__(self, files):
        self.files = dict(files)
        self.left = -1
        self.steps = 0

    def step(self):
        self.steps += 1
        if self.left == 0:
            raise PowerCut
        self.left -= 1

    def rename(self, path, to):
        self.step()
        if path not in self.files:
            raise OSError(2)
        self.files[to] = self.files.pop(path)

    def remove(self, path):
        self.step()
        if self.files.pop(path, None) is None:
            raise OSError(2)

    def stat(self, path):
        if path not in self.files:
            raise OSError(2)
        return (0, 0, 0, 0, 0, 0, len(self.files[path]))

    def listdir(self, path):
        assert path == "."
        return list(self.files)

    def open(self, path, mode="r"):
        if mode[0] == "r":
            if path not in self.files:
                raise OSError(2)
        else:
            self.step()
            self.files[path] = ""
        return File(self, path, mode)


class File:
    def __init__(self, flash, path, mode):
        self.flash = flash
        self.path = path
        self.text = ""
        self.binary = mode[1:] == "b"
        self.at = 0

    def read(self, n=1 << 20):
        text = self.flash.files[self.path]
        data = (text.encode() if self.binary else text)[self.at : self.at + n]
        self.at += len(data)
        return data

    def write(self, data):
        self.flash.step()
        self.text += data if isinstance(data, str) else bytes(data).decode()
        self.flash.files[self.path] = self.text[: len(self.text) // 2]

    def close(self):
        if self.text:
            self.flash.step()
            self.flash.files[self.path] = self.text

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
